/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.coordination.driver.support;

import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that a store knows of one key: who stands in line, who is a member, who watches. For stores that change a whole record
 * in one atomic step.
 *
 * <p>The line is first come, first served: a claim is granted when its mode admits it beside all claims ahead of it, waiting
 * ones too, so that a stream of readers can not starve a writer. The token is drawn in the step that grants. A method that
 * throws has changed nothing. Not thread-safe: the store's atomic step is what keeps it whole.
 */
public final class KeyRecord {

    /**
     * A claim in line.
     *
     * @param session whose claim it is
     * @param member the member that shows as holder
     * @param mode beside whom it may be held
     * @param id the claim's id within the session
     * @param token the token of the grant, 0 while it waits
     * @param since when it was granted, or came, in milliseconds since the epoch
     */
    public record Place(String session, String member, Mode mode, long id, long token, long since) {

        boolean is(String session, long id) {
            return this.id == id && this.session.equals(session);
        }

        boolean granted() {
            return token != 0;
        }
    }

    /**
     * A member of a group.
     *
     * @param session whose membership it is
     * @param member the member's id
     * @param data its capabilities
     * @param joined when it joined, in milliseconds since the epoch
     * @param updated when its capabilities were last changed
     */
    public record Seat(String session, String member, byte[] data, long joined, long updated) {}

    private final List<Place> line;
    private final List<Seat> seats;
    private final Set<String> watchers;
    private boolean exists;
    private long token;
    private long mark;
    private long written;

    private boolean changed;
    private Set<String> news = Set.of();

    /**
     * A record of a key that nobody has used yet.
     *
     * @param floor no token ever drawn for this key is greater. A store whose write itself makes the token begins at
     *     {@link Long#MIN_VALUE}, so that what is drawn is below zero, and tells the token by {@link #written}
     */
    public KeyRecord(long floor) {
        this(floor, false, List.of(), List.of(), Set.of());
    }

    /**
     * A record as it was stored.
     *
     * @param token the last token drawn
     * @param exists whether a group of this key was created
     * @param line the claims in line
     * @param seats the members
     * @param watchers the sessions that watch
     */
    public KeyRecord(long token, boolean exists, List<Place> line, List<Seat> seats, Set<String> watchers) {
        this.token = token;
        this.exists = exists;
        this.line = new ArrayList<>(line);
        this.seats = new ArrayList<>(seats);
        this.watchers = new LinkedHashSet<>(watchers);
    }

    /**
     * Gives a record that was stored its mark.
     *
     * @param stored the mark
     * @return this record
     */
    public KeyRecord marked(long stored) {
        mark = stored;
        return this;
    }

    /** {@return the mark, 0 for none} */
    public long mark() {
        return mark;
    }

    /** {@return the last token drawn} */
    public long token() {
        return token;
    }

    /**
     * The token that the write of this record made, for the last claim that was granted in it; those granted before it have
     * the numbers before.
     *
     * @param token stands for the one that was drawn below zero
     */
    public void written(long token) {
        written = token;
    }

    /** The token of a place, to be asked for when the change was written. */
    LongSupplier tokenOf(Place place) {
        var drawn = place.token();
        return () -> drawn < 0 ? written - (token - drawn) : drawn;
    }

    /** {@return whether the group exists} */
    public boolean exists() {
        return exists;
    }

    /** {@return the claims in line} */
    public List<Place> line() {
        return line;
    }

    /** {@return the members} */
    public List<Seat> seats() {
        return seats;
    }

    /** {@return the sessions that watch} */
    public Set<String> watchers() {
        return watchers;
    }

    /** {@return whether there is nothing but the token to remember} */
    public boolean isBlank() {
        return !exists && mark == 0 && line.isEmpty() && seats.isEmpty() && watchers.isEmpty();
    }

    /** {@return whether anything changed since the last call, which a store then has to write} */
    public boolean takeChanged() {
        var was = changed;
        changed = false;
        return was;
    }

    /** {@return the sessions that have to be told of the change that is being made} */
    public Set<String> news() {
        return news;
    }

    /** Begins a change, of which nobody has to be told yet. */
    KeyRecord begin() {
        news = Set.of();
        return this;
    }

    /** {@return how many grants of this change wait for the token that its write makes} */
    public int drawn() {
        return token < 0 ? (int) (token - Long.MIN_VALUE) : 0;
    }

    Place claim(String session, String member, Mode mode, long id, long now) {
        var known = find(session, id);
        if (known != null) {
            return known;
        }
        var granted = mode.admittedBeside(modes());
        var place = new Place(session, member, mode, id, granted ? ++token : 0, now);
        line.add(place);
        changed = true;
        if (granted) {
            tell(watchers);
        }
        return place;
    }

    @Nullable
    Place find(String session, long id) {
        for (var place : line) {
            if (place.is(session, id)) {
                return place;
            }
        }
        return null;
    }

    boolean release(String session, long id, long now) {
        return removePlaces(place -> place.is(session, id), now);
    }

    boolean evict(long now) {
        var evicted = new ArrayList<String>(1);
        for (var place : line) {
            if (place.granted()) {
                evicted.add(place.session());
            }
        }
        tell(evicted);
        return removePlaces(Place::granted, now);
    }

    List<Holder> holders() {
        var holders = new ArrayList<Holder>(line.size());
        for (var place : line) {
            if (place.granted()) {
                var since = Instant.ofEpochMilli(place.since());
                holders.add(new Holder(place.member(), place.mode(), place.token(), since));
            }
        }
        return holders;
    }

    /** Frees what dead sessions left. The line's first living claim is granted in the same step. */
    void prune(Predicate<String> alive, long now) {
        Predicate<String> dead = alive.negate();
        removePlaces(place -> dead.test(place.session()), now);
        if (seats.removeIf(seat -> dead.test(seat.session()))) {
            changed = true;
            tell(watchers);
        }
        changed |= watchers.removeIf(dead);
    }

    long exchange(long expected, long next) {
        var found = mark;
        if (found == expected && found != next) {
            mark = next;
            changed = true;
        }
        return found;
    }

    boolean create() {
        if (exists) {
            return false;
        }
        exists = true;
        changed = true;
        tell(watchers);
        return true;
    }

    boolean delete() {
        if (!exists) {
            return false;
        }
        if (!seats.isEmpty()) {
            throw new StoreException(
                    StoreException.Reason.GROUP_NOT_EMPTY,
                    "it still has " + seats.size() + " member(s), who must leave first");
        }
        exists = false;
        changed = true;
        tell(watchers);
        return true;
    }

    void join(String session, String member, byte[] data, boolean create, long now) {
        requireExists(create);
        if (seat(member) >= 0) {
            throw new StoreException(
                    StoreException.Reason.MEMBER_EXISTS,
                    "a member of this id is in the group already; member ids are unique");
        }
        exists = true;
        seats.add(new Seat(session, member, data, now, now));
        changed = true;
        tell(watchers);
    }

    void update(String session, String member, byte[] data, long now) {
        var at = seat(member);
        if (at < 0 || !seats.get(at).session().equals(session)) {
            throw new StoreException(StoreException.Reason.MEMBER_MISSING, "this member has not joined the group");
        }
        seats.set(at, new Seat(session, member, data, seats.get(at).joined(), now));
        changed = true;
        tell(watchers);
    }

    boolean leave(String session, String member) {
        var at = seat(member);
        if (at < 0 || !seats.get(at).session().equals(session)) {
            return false;
        }
        seats.remove(at);
        changed = true;
        tell(watchers);
        return true;
    }

    List<Entry> members() {
        requireExists(false);
        var members = new ArrayList<Entry>(seats.size());
        for (var seat : seats) {
            members.add(new Entry(
                    seat.member(),
                    seat.data(),
                    Instant.ofEpochMilli(seat.joined()),
                    Instant.ofEpochMilli(seat.updated())));
        }
        return members;
    }

    void watch(String session) {
        changed |= watchers.add(session);
    }

    void unwatch(String session) {
        changed |= watchers.remove(session);
    }

    private void requireExists(boolean orCreate) {
        if (!exists && !orCreate) {
            throw new StoreException(StoreException.Reason.GROUP_MISSING, "the group has not been created");
        }
    }

    private int seat(String member) {
        for (var i = 0; i < seats.size(); i++) {
            if (seats.get(i).member().equals(member)) {
                return i;
            }
        }
        return -1;
    }

    private List<Mode> modes() {
        if (line.isEmpty()) {
            return List.of();
        }
        var modes = new ArrayList<Mode>(line.size());
        for (var place : line) {
            modes.add(place.mode());
        }
        return modes;
    }

    private boolean removePlaces(Predicate<Place> gone, long now) {
        if (line.isEmpty() || !line.removeIf(gone)) {
            return false;
        }
        changed = true;
        grant(now);
        tell(watchers);
        return true;
    }

    private void grant(long now) {
        var ahead = new ArrayList<Mode>(line.size());
        for (var i = 0; i < line.size(); i++) {
            var place = line.get(i);
            if (!place.granted() && place.mode().admittedBeside(ahead)) {
                line.set(i, new Place(place.session(), place.member(), place.mode(), place.id(), ++token, now));
                tell(List.of(place.session()));
            }
            ahead.add(place.mode());
        }
    }

    private void tell(Collection<String> sessions) {
        if (sessions.isEmpty()) {
            return;
        }
        if (news.isEmpty()) {
            news = new LinkedHashSet<>();
        }
        news.addAll(sessions);
    }
}
