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
package io.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.driver.memory.MemoryDriver;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Holder;
import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.SessionState;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionKeeperTests {

    private final Set<Runnable> scheduled = ConcurrentHashMap.newKeySet();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final AtomicReference<SessionEvents> events = new AtomicReference<>();
    private final AtomicLong nanos = new AtomicLong();
    private Duration opening = Duration.ZERO;
    private final AtomicReference<RuntimeException> bug = new AtomicReference<>();

    /** Nothing that is scheduled ever comes due. */
    private Scheduler.Cancellable after(Duration delay, Runnable task) {
        Runnable entry = () -> task.run();
        scheduled.add(entry);
        delays.add(delay);
        return () -> scheduled.remove(entry);
    }

    private Coordinator open() {
        var memory = new MemoryDriver();
        return Coordinator.builder()
                .url("memory://" + UUID.randomUUID())
                .driver(new Driver() {
                    @Override
                    public Set<String> schemes() {
                        return memory.schemes();
                    }

                    @Override
                    public Session open(Target target, Surroundings with, SessionEvents told) {
                        throwBug();
                        events.set(told);
                        nanos.addAndGet(opening.toNanos());
                        return memory.open(target, with, told);
                    }
                })
                .clock(clock())
                .sessionTimeout(Duration.ofSeconds(9))
                .threads(this::after, Runnable::run)
                .open();
    }

    private void throwBug() {
        var thrown = bug.getAndSet(null);
        if (thrown != null) {
            throw thrown;
        }
    }

    /** Time passes until all that is due then has run. */
    private void runScheduled() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        for (var due : List.copyOf(scheduled)) {
            scheduled.remove(due);
            due.run();
        }
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long nanoTime() {
                return nanos.get();
            }

            @Override
            public long wallMillis() {
                return Duration.ofNanos(nanos.get()).toMillis();
            }

            @Override
            public void park(long nanos) {
                SYSTEM.park(nanos);
            }

            @Override
            public void unpark(Thread thread) {
                SYSTEM.unpark(thread);
            }
        };
    }

    @Test
    void sessionIsRenewedFirstAThirdOfItsLeaseAfterItWasAskedFor() {
        opening = Duration.ofSeconds(1);
        try (var coordinator = open()) {
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);
            assertThat(delays)
                    .singleElement()
                    .satisfies(first -> assertThat(first).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(2)));
        }
    }

    @Test
    void sessionThatTookMostOfItsLeaseToOpenIsRenewedAtOnce() {
        opening = Duration.ofSeconds(8);
        try (var coordinator = open()) {
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);
            assertThat(delays).containsExactly(Duration.ZERO);
        }
    }

    @Test
    void driverThatThrowsWhatItShouldNotEndsNothingForEver() {
        try (var coordinator = open()) {
            bug.set(new IllegalStateException("a bug of a client library"));
            events.get().lost("forgotten");
            for (var i = 0; i < 10 && coordinator.state() != SessionState.LIVE; i++) {
                runScheduled();
            }
            assertThat(bug).as("was thrown").hasValue(null);
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);
        }
    }

    @Test
    void whoIsToldOfALossCanTakeTheLockAgainAtOnce() {
        try (var coordinator = open()) {
            var lock = coordinator.lock("x");
            var again = new AtomicReference<Optional<Lease>>(Optional.empty());
            lock.tryAcquire().orElseThrow().onLost(loss -> again.set(lock.tryAcquire()));
            lock.forceRelease();
            assertThat(again.get()).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"claim", "watch", "holders"})
    void electionGoesOnAfterADriverThrewWhatItShouldNot(String call) {
        var store = new Staged();
        try (var coordinator = store.builder().open()) {
            var election = coordinator.election("g");
            var changes = new ArrayList<Optional<Holder>>();
            election.listen(new ElectionListener() {
                @Override
                public void leaderChanged(Optional<Holder> leader) {
                    changes.add(leader);
                }
            });
            store.session().lost("forgotten");
            store.breaksOnceAt(call);
            election.campaign();
            store.pass(Duration.ofMinutes(2));
            assertThat(election.isLeader()).isTrue();
            assertThat(changes).last().matches(Optional::isPresent);
        }
    }

    @Test
    void connectionThatFlapsLeavesNoTimersBehind() {
        try (var coordinator = open()) {
            var atFirst = scheduled.size();
            for (var i = 0; i < 100; i++) {
                events.get().suspended(Duration.ofHours(1));
                events.get().live();
            }
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);
            assertThat(scheduled).hasSizeLessThanOrEqualTo(atFirst + 1);
        }
        assertThat(scheduled).as("the renewal, which finds it closed").hasSizeLessThanOrEqualTo(1);
    }
}
