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

import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The records of all keys. Does what the seam asks of a store, and nothing that would be kinder. */
final class SimStore {

    private static final long MILLI = 1_000_000;

    /** A claim as the store answers for it; token 0 means that it waits. */
    record Grant(long token) {}

    private final Simulation sim;
    private final SimNetwork network;
    private final History history;
    private final Coverage coverage;
    private final Laws laws;
    private final Map<Key, SimRecord> records = new HashMap<>();
    private final Map<String, Standing> lastSeats = new HashMap<>();
    private BiConsumer<Key, Long> givenBack = (key, token) -> {};
    private double hastyEvictions;

    SimStore(Simulation sim, SimNetwork network, History history, Coverage coverage, Laws laws) {
        this.sim = sim;
        this.network = network;
        this.history = history;
        this.coverage = coverage;
        this.laws = laws;
    }

    private long wallMillis() {
        return sim.now() / MILLI;
    }

    private SimRecord record(Key key) {
        return records.computeIfAbsent(key, unknown -> new SimRecord(sim.between(0, 1000), laws));
    }

    Grant claim(Standing standing, Key key, Mode mode, long id, long wallClock) {
        var record = record(key);
        if (standing.over.contains(id)) {
            coverage.saw(Seen.CLAIM_AFTER_ITS_WITHDRAWAL);
            if (!laws.has(Bug.FORGETS_WITHDRAWALS)) {
                throw new StoreException(StoreException.Reason.CLAIM_LOST, "it was over before it came");
            }
        }
        var place = record.find(standing, id);
        if (place == null || laws.has(Bug.DOUBLES_CLAIMS)) {
            place = new SimRecord.Place(key, standing, mode, id, wallClock);
            record.line.add(place);
            grant(key, record, laws.has(Bug.GRANTS_TWICE) && sim.chance(0.1));
        }
        if (!place.isGranted()) {
            history.refused(key, standing.member, sim.now());
        }
        return new Grant(laws.has(Bug.REFUSES_WHAT_IS_FREE) && sim.chance(0.1) ? 0 : place.token);
    }

    Grant look(Standing standing, Key key, long id) {
        var place = record(key).find(standing, id);
        if (place == null) {
            throw new StoreException(StoreException.Reason.CLAIM_LOST, "its place in line is gone");
        }
        return new Grant(place.token);
    }

    boolean release(Standing standing, Key key, long id) {
        standing.over.add(id);
        var record = record(key);
        var own = record.find(standing, id);
        if (own == null && laws.has(Bug.RELEASES_ANOTHERS) && !record.line.isEmpty()) {
            own = record.line.get(0);
        }
        var freed = own;
        return freed != null
                && !remove(key, record, place -> place == freed, "is released").isEmpty();
    }

    /** Which of the claims of a session are no longer there. */
    Set<Long> gone(Standing standing, Map<Long, Key> claims) {
        return claims.entrySet().stream()
                .filter(claim -> !laws.has(Bug.HIDES_EVICTION))
                .filter(claim -> record(claim.getValue()).find(standing, claim.getKey()) == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    boolean evict(Key key) {
        var evicted = remove(key, record(key), SimRecord.Place::isGranted, "is evicted");
        for (var place : evicted) {
            coverage.saw(Seen.EVICTED);
            history.evicted(key, place.token, sim.now());
            place.owner.over.add(place.id);
            if (laws.notifies() && !laws.has(Bug.HIDES_EVICTION)) {
                var stream = place.owner.stream;
                tell(place.owner, "evicted", () -> place.owner.client.evicted(stream, place.id));
            }
        }
        return !evicted.isEmpty();
    }

    /** From now on, what was granted is often taken away before its holder knows that he has it. */
    void evictInHaste(double probability) {
        hastyEvictions = probability;
    }

    List<Holder> holders(Key key) {
        return record(key).line.stream()
                .filter(SimRecord.Place::isGranted)
                .map(place ->
                        new Holder(place.owner.member, place.mode, place.token, Instant.ofEpochMilli(place.since)))
                .toList();
    }

    List<Entry> members(Key group) {
        record(group).requireExists(false);
        return record(group).seats.entrySet().stream()
                .map(seat -> new Entry(
                        seat.getKey(),
                        seat.getValue().data(),
                        Instant.ofEpochMilli(seat.getValue().joined()),
                        Instant.ofEpochMilli(seat.getValue().updated())))
                .toList();
    }

    <T> T change(Key group, Function<SimRecord, T> change) {
        var record = record(group);
        var outcome = change.apply(record);
        changed(group, record);
        return outcome;
    }

    boolean join(Standing standing, Key group, byte[] data, boolean create) {
        change(group, record -> record.join(standing, data, create, wallMillis()));
        var before = lastSeats.put(standing.member, standing);
        if (before != null && before != standing && before.client.process() == standing.client.process()) {
            coverage.saw(Seen.JOINED_AGAIN);
        }
        return true;
    }

    boolean update(Standing standing, Key group, byte[] data) {
        return change(group, record -> record.update(standing, data, wallMillis()));
    }

    Set<String> groups() {
        return records.entrySet().stream()
                .filter(entry -> entry.getValue().exists)
                .map(entry -> entry.getKey().name())
                .collect(Collectors.toSet());
    }

    boolean watch(Standing standing, Key key, boolean begin, long number) {
        if (standing.subscriptions.getOrDefault(key, 0L) > number) {
            return false;
        }
        standing.subscriptions.put(key, number);
        var watchers = record(key).watchers;
        return begin ? watchers.add(standing) : watchers.remove(standing);
    }

    /** Takes away all that a session had. */
    void free(Standing standing, String how) {
        var expired = how.equals("expires");
        var keys = records.keySet().stream()
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
        for (var key : keys) {
            var record = record(key);
            record.watchers.remove(standing);
            var freed = remove(key, record, place -> place.owner == standing, how);
            if (expired && freed.stream().anyMatch(SimRecord.Place::isGranted)) {
                coverage.saw(Seen.SESSION_EXPIRED_WHILE_IT_HELD);
                if (record.line.stream().anyMatch(SimRecord.Place::isGranted)) {
                    coverage.saw(Seen.GRANT_AFTER_EXPIRY);
                }
            }
            if (!(expired && laws.has(Bug.KEEPS_DEAD_MEMBERS)) && record.leave(standing)) {
                changed(key, record);
            }
        }
    }

    private List<SimRecord.Place> remove(Key key, SimRecord record, Predicate<SimRecord.Place> gone, String how) {
        var removed = record.remove(gone);
        for (var place : removed) {
            sim.note(null, how, place);
            if (place.isGranted() && (how.equals("is closed") || how.equals("is released"))) {
                givenBack.accept(key, place.token);
            }
        }
        if (!removed.isEmpty()) {
            grant(key, record, false);
            changed(key, record);
        }
        return removed;
    }

    private void grant(Key key, SimRecord record, boolean second) {
        for (var place : record.grant(wallMillis(), second)) {
            history.granted(key, place.token, place.owner.id, sim.now());
            sim.note(null, "granted", place);
            changed(key, record);
            if (sim.chance(hastyEvictions)) {
                sim.at(sim.now() + sim.between(0, 8 * MILLI), null, "evict in haste", () -> evict(key));
            }
            if (!laws.has(Bug.LOSES_WAKES)) {
                ring(place.owner, key);
            }
        }
    }

    private void changed(Key key, SimRecord record) {
        if (!laws.has(Bug.LOSES_CHANGES)) {
            record.watchers.forEach(watcher -> ring(watcher, key));
        }
    }

    private void ring(Standing standing, Key key) {
        if (laws.notifies()) {
            var stream = standing.stream;
            tell(standing, "rung", () -> standing.client.rung(stream, key));
        }
    }

    /** A message that is lost takes its connection with it. */
    private void tell(Standing standing, String what, Runnable message) {
        if (!network.down(standing.client.process(), what, message)) {
            standing.stream++;
        }
    }

    /** Told of each grant that its holder ends. */
    void watchEnds(BiConsumer<Key, Long> each) {
        givenBack = each;
    }

    boolean isHeld(Key key, long token) {
        return record(key).granted(token) != null;
    }

    /** {@return the claims in line for all keys} */
    List<SimRecord.Place> places() {
        return records.values().stream().flatMap(record -> record.line.stream()).toList();
    }

    Set<String> seats(Key group) {
        return record(group).seats.keySet();
    }
}
