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
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The server: sessions that end when they were not renewed for the length of their lease by the server's clock, and records
 * that survive its restarts. It does what the seam asks of a store, and nothing that would be kinder.
 */
final class SimStore {

    private static final long MILLI = 1_000_000;

    /** A session, as the server knows it. */
    static final class Standing {

        final String id;
        final String member;
        final SimSession client;
        final long lease;
        private final Set<Long> withdrawn = new HashSet<>();
        private final Map<Key, Long> subscriptions = new HashMap<>();
        private long deadline;
        private long lastOrdered;
        private long stream;
        private boolean over;

        Standing(String id, String member, SimSession client, long lease) {
            this.id = id;
            this.member = member;
            this.client = client;
            this.lease = lease;
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /** The answer to a request: a value or a failure. */
    record Answer<T>(@Nullable T value, @Nullable StoreException failure) {}

    /** A claim as the server answers for it; token 0 means that it waits. */
    record Grant(long token) {}

    /** What a renewal tells: the lease, whether messages were lost, and which of the claims are gone. */
    record Renewal(Duration lease, long stream, Set<Long> gone) {}

    private final Simulation sim;
    private final SimNetwork network;
    private final History history;
    private final Coverage coverage;
    private final Set<Bug> bugs;
    private final long longestLease;
    private final boolean notifies;
    private final int driftPpm;
    private final Map<String, Standing> sessions = new LinkedHashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Map<Key, SimRecord> records = new HashMap<>();
    private BiConsumer<Key, Long> givenBack = (key, token) -> {};
    private double hastyEvictions;
    private boolean up = true;
    private long requests;

    SimStore(
            Simulation sim,
            SimNetwork network,
            History history,
            Coverage coverage,
            Set<Bug> bugs,
            Duration longestLease,
            boolean notifies,
            int driftPpm) {
        this.sim = sim;
        this.network = network;
        this.history = history;
        this.coverage = coverage;
        this.bugs = bugs;
        this.longestLease = longestLease.toNanos();
        this.notifies = notifies;
        this.driftPpm = driftPpm;
    }

    /** Told of each hold that its holder ends. */
    void watchEnds(BiConsumer<Key, Long> each) {
        givenBack = each;
    }

    private long clock() {
        return sim.now() + sim.now() * driftPpm / 1_000_000;
    }

    private long wallMillis() {
        return sim.now() / MILLI;
    }

    private SimRecord record(Key key) {
        return records.computeIfAbsent(key, unknown -> new SimRecord(sim.between(0, 1000), bugs));
    }

    /** {@return the lease that a session gets which asks for this one} */
    Duration grantable(Duration asked) {
        return Duration.ofNanos(Math.min(asked.toNanos(), longestLease));
    }

    // Requests, as they arrive.

    void open(SimSession client, String id, String member, Duration lease, Consumer<Answer<Duration>> answer) {
        if (!up) {
            return;
        }
        requests++;
        if (ended.contains(id)) {
            answer.accept(new Answer<>(null, over()));
            return;
        }
        var known = sessions.get(id);
        if (known == null) {
            known = new Standing(id, member, client, lease.toNanos());
            sessions.put(id, known);
            prolong(known);
            expireInTime(known);
        }
        answer.accept(new Answer<>(Duration.ofNanos(known.lease), null));
    }

    /** Each request that has an order is dropped when it comes after its connection: given up by the client, and overtaken. */
    <T> void receive(
            String session,
            long order,
            BooleanSupplier givenUp,
            Function<Standing, T> request,
            Consumer<Answer<T>> answer) {
        if (!up) {
            return;
        }
        requests++;
        var standing = sessions.get(session);
        if (standing == null) {
            answer.accept(new Answer<>(null, over()));
            return;
        }
        if (order > 0 && order < standing.lastOrdered && givenUp.getAsBoolean()) {
            return;
        }
        standing.lastOrdered = Math.max(standing.lastOrdered, order);
        Answer<T> answered;
        try {
            answered = new Answer<>(request.apply(standing), null);
        } catch (StoreException refused) {
            answered = new Answer<>(null, refused);
        }
        answer.accept(answered);
    }

    Renewal renew(Standing standing, Map<Long, Key> claims) {
        prolong(standing);
        var gone = claims.entrySet().stream()
                .filter(claim -> record(claim.getValue()).find(standing, claim.getKey()) == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        return new Renewal(
                Duration.ofNanos(standing.lease), standing.stream, bugs.contains(Bug.HIDES_EVICTION) ? Set.of() : gone);
    }

    Grant claim(Standing standing, Key key, Mode mode, long id, long wallClock) {
        var record = record(key);
        if (standing.withdrawn.contains(id)) {
            coverage.saw(Seen.CLAIM_AFTER_ITS_WITHDRAWAL);
            if (!bugs.contains(Bug.FORGETS_WITHDRAWALS)) {
                throw new StoreException(StoreException.Reason.CLAIM_LOST, "it was withdrawn before it came");
            }
        }
        var place = record.find(standing, id);
        if (place == null || bugs.contains(Bug.DOUBLES_CLAIMS)) {
            place = new SimRecord.Place(key, standing, mode, id, wallClock);
            record.line.add(place);
            if (!bugs.contains(Bug.REFUSES_WHAT_IS_FREE) || sim.chance(0.9)) {
                grant(key, record, bugs.contains(Bug.GRANTS_TWICE) && sim.chance(0.1));
            }
        }
        if (!place.isGranted()) {
            history.refused(key, standing.member, sim.now());
        }
        return new Grant(place.token);
    }

    Grant look(Standing standing, Key key, long id) {
        var place = record(key).find(standing, id);
        if (place == null) {
            throw new StoreException(StoreException.Reason.CLAIM_LOST, "its place in line is gone");
        }
        return new Grant(place.token);
    }

    /** A withdrawn claim must not come to life when its request, long delayed, arrives after all. */
    boolean release(Standing standing, Key key, long id) {
        standing.withdrawn.add(id);
        var record = record(key);
        if (bugs.contains(Bug.RELEASES_ANOTHERS) && record.find(standing, id) == null && !record.line.isEmpty()) {
            remove(key, record, place -> place == record.line.get(0), "was released by another");
        }
        return !remove(key, record, place -> place.owner == standing && place.id == id, "is released")
                .isEmpty();
    }

    boolean evict(Key key) {
        var evicted = remove(key, record(key), SimRecord.Place::isGranted, "is evicted");
        for (var place : evicted) {
            coverage.saw(Seen.EVICTED);
            place.owner.withdrawn.add(place.id);
            history.evicted(key, place.token, sim.now());
            if (notifies && !bugs.contains(Bug.HIDES_EVICTION)) {
                var stream = place.owner.stream;
                tell(place.owner, "evicted", () -> place.owner.client.evicted(stream, key, place.id));
            }
        }
        return !evicted.isEmpty();
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
        return change(group, record -> {
            record.join(standing, data, create, wallMillis());
            return true;
        });
    }

    boolean update(Standing standing, Key group, byte[] data) {
        return change(group, record -> {
            record.update(standing, data, wallMillis());
            return true;
        });
    }

    Set<String> groups() {
        return records.entrySet().stream()
                .filter(entry -> entry.getValue().exists)
                .map(entry -> entry.getKey().name())
                .collect(Collectors.toSet());
    }

    /** The subscription with the greater number counts, in whatever order they come. */
    boolean watch(Standing standing, Key key, boolean begin, long number) {
        if (standing.subscriptions.getOrDefault(key, 0L) > number) {
            return false;
        }
        standing.subscriptions.put(key, number);
        var watchers = record(key).watchers;
        return begin ? watchers.add(standing) : watchers.remove(standing);
    }

    boolean close(Standing standing) {
        end(standing, "is closed");
        return true;
    }

    // What happens to the server.

    /** Down for a time; what it keeps is durable, and its clock goes on. */
    void restart(long nanos) {
        if (up) {
            up = false;
            coverage.saw(Seen.SERVER_RESTARTED);
            sim.note(null, "the server stops");
            sim.at(sim.now() + nanos, null, "the server is back", () -> up = true);
            sessions.values().forEach(standing -> standing.stream++);
        }
    }

    /** From now on, what was granted is often taken away before its holder knows that he has it. */
    void evictInHaste(double probability) {
        hastyEvictions = probability;
    }

    /** The connection that carries what it is told breaks; what was on it is lost. */
    void breakStream(SimProcess client) {
        sessions.values().stream()
                .filter(standing -> standing.client.process() == client)
                .forEach(standing -> standing.stream++);
    }

    private void prolong(Standing standing) {
        standing.deadline = clock() + (bugs.contains(Bug.EXPIRES_EARLY) ? standing.lease * 8 / 10 : standing.lease);
    }

    private void expireInTime(Standing standing) {
        var left = standing.deadline - clock();
        var lag = sim.chance(0.5) ? 0 : sim.between(0, 100 * MILLI);
        sim.at(sim.now() + left - left * driftPpm / 1_000_000 + 1 + lag, null, "may expire", () -> {
            if (standing.over) {
                return;
            }
            if (clock() < standing.deadline) {
                expireInTime(standing);
            } else if (up) {
                end(standing, "expires");
            } else {
                sim.at(sim.now() + 10 * MILLI, null, "expires later", () -> expireInTime(standing));
            }
        });
    }

    private void end(Standing standing, String how) {
        if (standing.over) {
            return;
        }
        sim.note(null, "session over", standing + " " + how);
        standing.over = true;
        sessions.remove(standing.id);
        ended.add(standing.id);
        for (var entry : sorted(records)) {
            var record = entry.getValue();
            record.watchers.remove(standing);
            var freed = remove(entry.getKey(), record, place -> place.owner == standing, how);
            if (how.equals("expires") && freed.stream().anyMatch(SimRecord.Place::isGranted)) {
                coverage.saw(Seen.SESSION_EXPIRED_WHILE_IT_HELD);
                if (record.line.stream().anyMatch(SimRecord.Place::isGranted)) {
                    coverage.saw(Seen.GRANT_AFTER_EXPIRY);
                }
            }
            if (!(how.equals("expires") && bugs.contains(Bug.KEEPS_DEAD_MEMBERS)) && record.leave(standing)) {
                changed(entry.getKey(), record);
            }
        }
    }

    private static Collection<Map.Entry<Key, SimRecord>> sorted(Map<Key, SimRecord> records) {
        return records.entrySet().stream()
                .sorted(Map.Entry.comparingByKey((one, other) -> one.toString().compareTo(other.toString())))
                .toList();
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
            if (!bugs.contains(Bug.LOSES_WAKES)) {
                ring(place.owner, key);
            }
        }
    }

    private void changed(Key key, SimRecord record) {
        if (!bugs.contains(Bug.LOSES_CHANGES)) {
            record.watchers.forEach(watcher -> ring(watcher, key));
        }
    }

    private void ring(Standing standing, Key key) {
        if (notifies) {
            var stream = standing.stream;
            tell(standing, "rung", () -> standing.client.rung(stream, key));
        }
    }

    /** A message that is lost takes its connection with it. */
    private void tell(Standing standing, String what, Runnable message) {
        if (!up || !network.down(standing.client.process(), what, message)) {
            standing.stream++;
        }
    }

    // What the checks want to know.

    boolean isHeld(Key key, long token) {
        var record = records.get(key);
        return record != null && record.granted(token) != null;
    }

    /** {@return the claims in line for all keys} */
    List<SimRecord.Place> places() {
        return records.values().stream().flatMap(record -> record.line.stream()).toList();
    }

    Set<String> seats(Key group) {
        return record(group).seats.keySet();
    }

    Collection<Standing> sessions() {
        return sessions.values();
    }

    long requests() {
        return requests;
    }

    static StoreException over() {
        return new StoreException(StoreException.Reason.SESSION_LOST, "the store knows no such session");
    }
}
