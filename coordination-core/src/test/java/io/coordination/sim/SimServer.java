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
import io.coordination.spi.StoreException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The server in front of the store: takes requests while it is up, and ends sessions that were not renewed for the length of
 * their lease by its own clock. What it keeps survives its restarts.
 */
final class SimServer {

    private static final long MILLI = 1_000_000;

    /** The answer to a request: a value or a failure. */
    record Answer<T>(@Nullable T value, @Nullable StoreException failure) {}

    /** What a renewal tells: the lease, how often the stream broke, and which of the claims are gone. */
    record Renewal(Duration lease, long stream, Set<Long> gone) {}

    final SimStore store;
    private final Simulation sim;
    private final Coverage coverage;
    private final Laws laws;
    private final int driftPpm;
    private final Map<String, Standing> sessions = new LinkedHashMap<>();
    private final Set<String> ended = new HashSet<>();
    private boolean up = true;
    private long requests;

    SimServer(Simulation sim, SimStore store, Coverage coverage, Laws laws, int driftPpm) {
        this.sim = sim;
        this.store = store;
        this.coverage = coverage;
        this.laws = laws;
        this.driftPpm = driftPpm;
    }

    private long clock() {
        return sim.now() + sim.now() * driftPpm / 1_000_000;
    }

    /** {@return the lease that a session gets which asks for this one} */
    Duration grantable(Duration asked) {
        return asked.compareTo(laws.longestLease()) > 0 ? laws.longestLease() : asked;
    }

    void open(SimSession client, String id, String member, Duration lease, Consumer<Answer<Duration>> answer) {
        if (!up) {
            return;
        }
        requests++;
        if (ended.contains(id)) {
            answer.accept(over());
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

    /** A request that has an order is dropped when it comes after its connection: given up by the client, and overtaken. */
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
            answer.accept(over());
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
        return new Renewal(Duration.ofNanos(standing.lease), standing.stream, store.gone(standing, claims));
    }

    boolean close(Standing standing) {
        end(standing, "is closed");
        return true;
    }

    /** Down for a time; its clock goes on. */
    void restart(long nanos) {
        if (up) {
            up = false;
            coverage.saw(Seen.SERVER_RESTARTED);
            sim.note(null, "the server stops");
            sim.at(sim.now() + nanos, null, "the server is back", () -> up = true);
            sessions.values().forEach(standing -> standing.stream++);
        }
    }

    /** The connection that carries what a process is told breaks; what was on it is lost. */
    void breakStream(SimProcess client) {
        sessions.values().stream()
                .filter(standing -> standing.client.process() == client)
                .forEach(standing -> standing.stream++);
    }

    private void prolong(Standing standing) {
        standing.deadline = clock() + (laws.has(Bug.EXPIRES_EARLY) ? standing.lease * 8 / 10 : standing.lease);
    }

    /** Never before its time, often a little later, and not while the server is down. */
    private void expireInTime(Standing standing) {
        var left = Math.max(standing.deadline - clock(), up ? 0 : 10 * MILLI);
        var lag = sim.chance(0.5) ? 0 : sim.between(0, 100 * MILLI);
        sim.at(sim.now() + left - left * driftPpm / 1_000_000 + 1 + lag, null, "may expire", () -> {
            if (!standing.isOver && up && clock() >= standing.deadline) {
                end(standing, "expires");
            } else if (!standing.isOver) {
                expireInTime(standing);
            }
        });
    }

    private void end(Standing standing, String how) {
        if (!standing.isOver) {
            sim.note(null, "session over", standing + " " + how);
            standing.isOver = true;
            sessions.remove(standing.id);
            ended.add(standing.id);
            store.free(standing, how);
        }
    }

    private static <T> Answer<T> over() {
        return new Answer<>(
                null, new StoreException(StoreException.Reason.SESSION_LOST, "the store knows no such session"));
    }

    Collection<Standing> sessions() {
        return sessions.values();
    }

    long requests() {
        return requests;
    }
}
