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

import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A session on a store that keeps {@link KeyRecord}s: every call is one change of one record. */
public final class RecordSession implements Session {

    /** How late a change may take effect that nobody waits for any more: as long as a network repeats a packet. */
    private static final Duration LATEST = Duration.ofMinutes(5);

    private final String id;
    private final String member;
    private final Traits traits;
    private final Clock clock;
    private final SessionEvents events;
    private final Records records;

    private final Map<Long, RecordClaim> claims = new ConcurrentHashMap<>();
    private final Map<Key, Collection<Runnable>> watches = new ConcurrentHashMap<>();
    private final Set<Key> joined = ConcurrentHashMap.newKeySet();
    private final Set<Key> joining = ConcurrentHashMap.newKeySet();
    /** Changes of unknown outcome, by their key, with the time of the latest. */
    private final Map<Key, Long> doubtful = new ConcurrentHashMap<>();

    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * A session that stands already.
     *
     * @param id unique among all sessions of the store
     * @param member the member it belongs to
     * @param traits what the store promises
     * @param clock shows people when something was granted
     * @param events where to tell what becomes of the session
     * @param records makes the session's view of the store
     */
    public RecordSession(
            String id,
            String member,
            Traits traits,
            Clock clock,
            SessionEvents events,
            Function<RecordSession, Records> records) {
        this.id = id;
        this.member = member;
        this.traits = traits;
        this.clock = clock;
        this.events = events;
        this.records = records.apply(this);
    }

    /** {@return the session's id} */
    public String id() {
        return id;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Claim claim(Key key, Mode mode, long claimId) {
        var claim = new RecordClaim(key, mode, claimId);
        claims.put(claimId, claim);
        try {
            claim.seen(change(key, claim::takePlace));
        } catch (RuntimeException notClaimed) {
            claims.remove(claimId);
            throw notClaimed;
        }
        if (ended.get()) {
            claim.giveBack();
            throw over();
        }
        return claim;
    }

    @Override
    public void withdraw(Key key, long claimId) {
        claims.remove(claimId);
        change(key, record -> record.release(id, claimId, clock.wallMillis()));
    }

    @Override
    public List<Holder> holders(Key key) {
        return look(key, record -> {
            pruneLine(record);
            return record.holders();
        });
    }

    @Override
    public boolean evict(Key key) {
        return change(key, record -> record.evict(clock.wallMillis()));
    }

    @Override
    public long exchange(Key lock, long expected, long mark) {
        return change(lock, record -> record.exchange(expected, mark));
    }

    @Override
    public boolean create(Key group) {
        return change(group, KeyRecord::create);
    }

    @Override
    public boolean delete(Key group) {
        return change(group, record -> {
            prune(record);
            return record.delete();
        });
    }

    @Override
    public Set<String> groups() {
        requireStanding();
        var names = new HashSet<String>();
        records.look(records.groups(), KeyRecord::exists).forEach((group, exists) -> {
            if (exists) {
                names.add(group.name());
            }
        });
        return names;
    }

    @Override
    public void join(Key group, byte[] data, boolean create) {
        joining.add(group);
        try {
            change(group, record -> {
                prune(record);
                record.join(id, member, data, create, clock.wallMillis());
                return true;
            });
            joined.add(group);
        } finally {
            joining.remove(group);
        }
        if (ended.get()) {
            leaveQuietly(group);
            throw over();
        }
    }

    @Override
    public void update(Key group, byte[] data) {
        change(group, record -> {
            record.update(id, member, data, clock.wallMillis());
            return true;
        });
    }

    @Override
    public boolean leave(Key group) {
        joined.remove(group);
        return change(group, record -> record.leave(id, member));
    }

    @Override
    public List<Entry> members(Key group) {
        return look(group, record -> {
            prune(record);
            return record.members();
        });
    }

    @Override
    public Watch watch(Key key, Runnable changed) {
        requireStanding();
        watches.computeIfAbsent(key, unwatched -> new CopyOnWriteArrayList<>()).add(changed);
        look(key, record -> {
            record.watch(id);
            return true;
        });
        return () -> unwatch(key, changed);
    }

    private void unwatch(Key key, Runnable changed) {
        var left = watches.computeIfPresent(key, (watched, callbacks) -> {
            callbacks.remove(changed);
            return callbacks.isEmpty() ? null : callbacks;
        });
        if (left == null && !ended.get()) {
            change(key, record -> {
                // A watch that began meanwhile keeps the session among the watchers.
                if (!watches.containsKey(key)) {
                    record.unwatch(id);
                }
                return true;
            });
        }
    }

    @Override
    public Duration renew() {
        requireStanding();
        var held = claims.values().stream().filter(RecordClaim::held).toList();
        var seated = Set.copyOf(joined);
        var keys = new HashSet<>(seated);
        held.forEach(claim -> keys.add(claim.key));
        keys.addAll(doubtful.keySet());
        try {
            var seen = records.verify(keys, this::own);
            held.forEach(claim -> claim.check(seen.get(claim.key)));
            for (var group : seated) {
                // Looked at again, as it may have left and joined meanwhile.
                if (!seen.get(group).seated()
                        && joined.contains(group)
                        && !change(group, this::own).seated()
                        && joined.contains(group)) {
                    throw new StoreException(
                            StoreException.Reason.SESSION_LOST, "its place in " + group + " is gone from the store");
                }
            }
            seen.forEach(this::tidy);
        } catch (StoreException lost) {
            if (lost.reason() == StoreException.Reason.SESSION_LOST) {
                lost(String.valueOf(lost.getMessage()));
            }
            throw lost;
        }
        return traits.lease();
    }

    /** What of a record is this session's. */
    private record Own(Set<Long> claims, boolean seated) {}

    private Own own(KeyRecord record) {
        var own = new HashSet<Long>();
        for (var place : record.line()) {
            if (place.session().equals(id)) {
                own.add(place.id());
            }
        }
        return new Own(
                own, record.seats().stream().anyMatch(seat -> seat.session().equals(id)));
    }

    /** Takes away what a change of unknown outcome left, also when it took effect long after its caller gave up. */
    private void tidy(Key key, Own seen) {
        var since = doubtful.get(key);
        if (since == null) {
            return;
        }
        for (var claim : seen.claims()) {
            if (!claims.containsKey(claim)) {
                changeAnyway(key, record -> record.release(id, claim, clock.wallMillis()));
            }
        }
        if (seen.seated() && !joined.contains(key) && !joining.contains(key)) {
            changeAnyway(key, record -> record.leave(id, member));
        }
        if (clock.nanoTime() - since > LATEST.toNanos()) {
            doubtful.remove(key, since);
        }
    }

    @Override
    public void close() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            // A store that does not answer is not asked again for each thing held: all of it ends with the session.
            var answers = true;
            for (var claim : claims.values()) {
                answers = answers && claim.giveBack();
            }
            for (var group : joined) {
                answers = answers && leaveQuietly(group);
            }
            for (var watched : watches.keySet()) {
                answers = answers
                        && quietly(watched, record -> {
                            record.unwatch(id);
                            return true;
                        });
            }
        } finally {
            records.close();
        }
    }

    /**
     * The record of a key changed, or may have. Wakes who waits for it and notices evictions.
     *
     * @param key the key
     */
    public void rung(Key key) {
        if (ended.get()) {
            return;
        }
        for (var claim : claims.values()) {
            if (claim.key.equals(key)) {
                claim.rung();
            }
        }
        watches.getOrDefault(key, List.of()).forEach(Runnable::run);
    }

    /** Any record may have changed: what could not be told one by one. */
    public void rung() {
        keysOfInterest().forEach(this::rung);
    }

    /**
     * What was done to these records may have been undone by the store: at the next renewals it is taken away what in them is
     * this session's and should not be.
     *
     * @param keys their keys
     */
    public void doubt(Collection<Key> keys) {
        keys.forEach(key -> doubtful.put(key, clock.nanoTime()));
    }

    /**
     * A session that this one attends ended without having cleaned up: frees what it left on every key of interest here.
     *
     * @param session its id
     */
    public void died(String session) {
        for (var key : keysOfInterest()) {
            prune(key);
            // It may have died after a change of its own, before it could tell us.
            rung(key);
        }
    }

    /**
     * Frees what dead sessions left on a key.
     *
     * @param key the key
     */
    public void prune(Key key) {
        if (!ended.get()) {
            quietly(key, record -> {
                prune(record);
                return true;
            });
        }
    }

    /** {@return whether anything waits or watches here, so that the end of other sessions matters} */
    public boolean interested() {
        return !watches.isEmpty() || !claims.values().stream().allMatch(RecordClaim::held);
    }

    private Set<Key> keysOfInterest() {
        var keys = new HashSet<>(watches.keySet());
        claims.values().forEach(claim -> keys.add(claim.key));
        return keys;
    }

    /**
     * The session no longer stands.
     *
     * @param reason what happened, for people
     */
    public void lost(String reason) {
        if (ended.compareAndSet(false, true)) {
            records.close();
            events.lost(reason);
        }
    }

    @Override
    public String toString() {
        return "RecordSession[" + id + "]";
    }

    private <T> T change(Key key, Function<KeyRecord, T> change) {
        requireStanding();
        return changeAnyway(key, change);
    }

    private <T> T changeAnyway(Key key, Function<KeyRecord, T> change) {
        var outcome = certainly(key, record -> {
            var value = change.apply(record.begin());
            return new Outcome<>(value, record.news());
        });
        for (var session : outcome.news()) {
            if (session.equals(id)) {
                rung(key);
            } else {
                records.ring(session, key);
            }
        }
        return outcome.value();
    }

    private record Outcome<T>(T value, Set<String> news) {}

    private <T> T certainly(Key key, Function<KeyRecord, T> change) {
        try {
            return records.change(key, change);
        } catch (StoreException failure) {
            if (failure.reason() == StoreException.Reason.TIMED_OUT) {
                doubtful.put(key, clock.nanoTime());
            }
            throw failure;
        }
    }

    /** Looks at a record, and attends all who are in it where this session watches it. */
    private <T> T look(Key key, Function<KeyRecord, T> look) {
        var present = new HashSet<String>();
        var value = change(key, record -> {
            var seen = look.apply(record);
            record.line().forEach(place -> present.add(place.session()));
            record.seats().forEach(seat -> present.add(seat.session()));
            return seen;
        });
        if (watches.containsKey(key)) {
            present.remove(id);
            records.attend(present);
        }
        return value;
    }

    private void pruneLine(KeyRecord record) {
        if (!record.line().isEmpty()) {
            prune(record);
        }
    }

    private void prune(KeyRecord record) {
        record.prune(session -> session.equals(id) || records.alive(session), clock.wallMillis());
    }

    private boolean leaveQuietly(Key group) {
        return quietly(group, record -> record.leave(id, member));
    }

    private boolean quietly(Key key, Function<KeyRecord, ?> change) {
        try {
            changeAnyway(key, change);
            return true;
        } catch (StoreException unreachable) {
            // Whoever meets this record next sees that the session is gone.
            return false;
        }
    }

    private void requireStanding() {
        if (ended.get()) {
            throw over();
        }
    }

    private static StoreException over() {
        return new StoreException(StoreException.Reason.SESSION_LOST, "the session is over");
    }

    private final class RecordClaim implements Claim.Passing {

        private final Key key;
        private final Mode mode;
        private final long claimId;
        private volatile long token;
        private volatile @Nullable Runnable wake;

        RecordClaim(Key key, Mode mode, long claimId) {
            this.key = key;
            this.mode = mode;
            this.claimId = claimId;
        }

        LongSupplier takePlace(KeyRecord record) {
            pruneLine(record);
            return record.tokenOf(record.claim(id, member, mode, claimId, clock.wallMillis()));
        }

        void seen(LongSupplier granted) {
            token = granted.getAsLong();
        }

        @Override
        public boolean held() {
            return token != 0;
        }

        @Override
        public long token() {
            if (token == 0) {
                throw new IllegalStateException("the claim on " + key + " is not held");
            }
            return token;
        }

        @Override
        public boolean advance(Runnable wake) {
            this.wake = wake;
            if (!records.keepsWaiting() && !held()) {
                seen(change(key, this::takePlace));
                return held();
            }
            requireStanding();
            var ahead = new HashSet<String>();
            var place = records.lookWaiting(key, record -> {
                for (var other : record.line()) {
                    if (other.is(id, claimId)) {
                        break;
                    }
                    ahead.add(other.session());
                }
                return Optional.ofNullable(record.find(id, claimId)).map(record::tokenOf);
            });
            if (place.isEmpty()) {
                claims.remove(claimId);
                throw new StoreException(StoreException.Reason.CLAIM_LOST, "its place in line was removed");
            }
            seen(place.get());
            if (!held()) {
                ahead.remove(id);
                records.attend(ahead);
            }
            return held();
        }

        @Override
        public boolean release() {
            claims.remove(claimId);
            if (!records.keepsWaiting() && !held()) {
                return false;
            }
            return change(key, record -> record.release(id, claimId, clock.wallMillis()));
        }

        @Override
        public @Nullable Claim pass(long id) {
            claims.remove(claimId);
            var next = new RecordClaim(key, Mode.EXCLUSIVE, id);
            claims.put(id, next);
            var passed = false;
            try {
                var granted = change(
                        key,
                        record -> record.release(RecordSession.this.id, claimId, clock.wallMillis())
                                ? Optional.of(next.takePlace(record))
                                : Optional.<LongSupplier>empty());
                granted.ifPresent(next::seen);
                passed = granted.isPresent();
                return passed ? next : null;
            } finally {
                if (!passed) {
                    claims.remove(id);
                }
                if (ended.get()) {
                    next.giveBack();
                }
            }
        }

        boolean giveBack() {
            claims.remove(claimId);
            return !records.keepsWaiting() && !held()
                    || quietly(key, record -> record.release(id, claimId, clock.wallMillis()));
        }

        void rung() {
            try {
                check();
            } catch (StoreException unanswered) {
                // The next renewal looks again.
            }
            var waiting = wake;
            if (waiting != null && !held()) {
                waiting.run();
            }
        }

        /** Notices that a held claim was evicted, or that its record is gone. */
        void check() {
            if (held()) {
                check(records.change(key, RecordSession.this::own));
            }
        }

        void check(Own seen) {
            if (!seen.claims().contains(claimId) && claims.remove(claimId, this)) {
                events.lost(key, claimId, "it was taken away, or its record was removed from the store");
            }
        }
    }
}
