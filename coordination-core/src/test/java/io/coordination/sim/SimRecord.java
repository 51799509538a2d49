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
package io.coordination.sim;

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the store keeps of one key: a line, first come first served, members, and who watches. */
final class SimRecord {

    /** A claim in line; granted when it has a token. */
    static final class Place {

        final Key key;
        final Standing owner;
        final Mode mode;
        final long id;
        final long wallClock;
        long token;
        long since;

        Place(Key key, Standing owner, Mode mode, long id, long wallClock) {
            this.key = key;
            this.owner = owner;
            this.mode = mode;
            this.id = id;
            this.wallClock = wallClock;
        }

        boolean isGranted() {
            return token != 0;
        }

        @Override
        public String toString() {
            return key + " " + owner.id + "/" + id + " " + mode + (isGranted() ? " token " + token : " waits");
        }
    }

    /** A member of a group. */
    record Seat(Standing owner, byte[] data, long joined, long updated) {}

    final List<Place> line = new ArrayList<>();
    final Map<String, Seat> seats = new LinkedHashMap<>();
    final Set<Standing> watchers = new LinkedHashSet<>();
    boolean exists;
    private final Laws laws;
    private long token;
    private long mark;

    SimRecord(long firstToken, Laws laws) {
        this.token = firstToken;
        this.laws = laws;
    }

    @Nullable
    Place find(Standing owner, long id) {
        for (var place : line) {
            if (place.id == id && place.owner == owner) {
                return place;
            }
        }
        return null;
    }

    @Nullable
    Place granted(long token) {
        for (var place : line) {
            if (place.token == token) {
                return place;
            }
        }
        return null;
    }

    /** Grants whoever may hold beside all that are ahead, and says who that is. */
    List<Place> grant(long now, boolean second) {
        var granted = new ArrayList<Place>();
        var ahead = new ArrayList<Mode>();
        for (var place : line) {
            if (!place.isGranted() && (place.mode.admittedBeside(ahead) || (second && ahead.size() == 1))) {
                place.token = laws.has(Bug.TOKEN_FROM_A_CLOCK) ? place.wallClock : ++token;
                place.since = now;
                granted.add(place);
            }
            ahead.add(place.mode);
        }
        return granted;
    }

    /** Takes places out of the line, and says which. */
    List<Place> remove(Predicate<Place> gone) {
        var removed = line.stream().filter(gone).toList();
        line.removeAll(removed);
        return removed;
    }

    long exchange(long expected, long next) {
        var found = mark;
        if (found == expected) {
            mark = next;
        }
        return found;
    }

    boolean create() {
        var created = !exists;
        exists = true;
        return created;
    }

    boolean delete() {
        if (!seats.isEmpty()) {
            throw new StoreException(StoreException.Reason.GROUP_NOT_EMPTY, "it has members");
        }
        var deleted = exists;
        exists = false;
        return deleted;
    }

    boolean join(Standing owner, byte[] data, boolean create, long now) {
        requireExists(create);
        if (seats.containsKey(owner.member)) {
            throw new StoreException(StoreException.Reason.MEMBER_EXISTS, "a member of this id is in the group");
        }
        exists = true;
        seats.put(owner.member, new Seat(owner, data, now, now));
        return true;
    }

    boolean update(Standing owner, byte[] data, long now) {
        var seat = seats.get(owner.member);
        if (seat == null || seat.owner != owner) {
            throw new StoreException(StoreException.Reason.MEMBER_MISSING, "it has not joined");
        }
        seats.put(owner.member, new Seat(owner, data, seat.joined, now));
        return true;
    }

    boolean leave(Standing owner) {
        var seat = seats.get(owner.member);
        return seat != null && seat.owner == owner && seats.remove(owner.member) != null;
    }

    void requireExists(boolean orCreate) {
        if (!exists && !orCreate) {
            throw new StoreException(StoreException.Reason.GROUP_MISSING, "the group has not been created");
        }
    }
}
