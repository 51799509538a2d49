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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What things cost, in round trips. */
public abstract class TripContract extends Contract {

    private final List<Coordinator> quiet = new ArrayList<>();

    @Test
    void freeLockCostsAsManyTripsToTakeAndToReleaseAsTheStoreNeeds() {
        var a = quietMember("a");
        a.lock("warm").tryAcquire().orElseThrow().close();
        assertThat(tripsOf(() -> a.lock("x").tryAcquire().orElseThrow())).isEqualTo(store.tripsOfALock());
        var lease = a.lock("y").tryAcquire().orElseThrow();
        assertThat(tripsOf(lease::close)).isEqualTo(store.tripsOfALock());
    }

    @Test
    void lookingAtAHoldCostsNothing() {
        var a = quietMember("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var election = a.election("g").campaign();
        eventually("it leads", election::isLeader);
        assertThat(tripsOf(() -> {
                    for (var i = 0; i < 100; i++) {
                        assertThat(lease.isValid()).isTrue();
                        assertThat(lease.remaining()).isPositive();
                        assertThat(election.isLeader()).isTrue();
                        assertThat(a.leases()).hasSize(1);
                        a.state();
                    }
                }))
                .isZero();
    }

    @Test
    void lockThatThisProcessHoldsIsRefusedWithoutATrip() {
        var a = quietMember("a");
        a.lock("x").tryAcquire().orElseThrow();
        assertThat(tripsOf(() -> assertThat(a.lock("x").tryAcquire()).isEmpty()))
                .isZero();
    }

    @Test
    void hundredWaitersOfAProcessCostNoMoreThanOne() throws Exception {
        var holder = quietMember("holder").lock("x").tryAcquire().orElseThrow();
        var a = quietMember("a");
        var waiting = new ArrayList<CompletableFuture<Lease>>();
        var before = store.line().trips();
        var start = System.nanoTime();
        for (var i = 0; i < 100; i++) {
            waiting.add(inBackground(() -> a.lock("x").acquire()));
        }
        untilInLine(before);
        var first = CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new));
        holder.close();
        first.get();
        assertThat(store.line().trips() - before).isLessThanOrEqualTo(store.tripsOfAWait() + polls(start));
        for (var done : waiting) {
            done.thenAccept(Lease::close);
        }
        for (var done : waiting) {
            outcome(done);
        }
        assertThat(store.line().trips() - before)
                .as("trips of 100 hand-overs")
                .isLessThanOrEqualTo(100 * (2 * store.tripsOfALock() + 1) + store.tripsOfAWait() + polls(start));
    }

    /** How often one waiter asks in the time since then, where the store does not tell. */
    private long polls(long start) {
        return Duration.ofNanos(System.nanoTime() - start).dividedBy(pollInterval());
    }

    @Test
    void joiningLeavingAndListingCostOneTripEach() {
        var group = quietMember("a").group("g");
        assertThat(tripsOf(group::join)).isEqualTo(1);
        assertThat(tripsOf(() -> group.update(Map.of("a", 1)))).isEqualTo(1);
        assertThat(tripsOf(group::members)).isEqualTo(1);
        assertThat(tripsOf(group::leave)).isEqualTo(1);
    }

    @Test
    void thousandLocksAndAHundredGroupsCostOneRenewal() {
        try (var a = store.member()
                .memberId("a")
                .sessionTimeout(Duration.ofSeconds(3))
                .open()) {
            for (var i = 0; i < 1000; i++) {
                a.lock("lock-" + i).tryAcquire().orElseThrow();
            }
            for (var i = 0; i < 100; i++) {
                a.group("group-" + i).join();
            }
            var threads = Thread.activeCount();
            var before = store.line().trips();
            var start = System.nanoTime();
            untilTripsExceed(before + 2);
            var passed = Duration.ofNanos(System.nanoTime() - start);
            assertThat(store.line().trips() - before)
                    .as("renewals, in " + passed)
                    .isLessThanOrEqualTo(4 + passed.toMillis() / 700);
            assertThat(Thread.activeCount()).isLessThan(threads + 3);
        }
    }

    /** A member whose renewals come so seldom that they disturb no count. */
    private Coordinator quietMember(String id) {
        var member = store.member()
                .memberId(id)
                .sessionTimeout(Duration.ofMinutes(10))
                .pollInterval(pollInterval())
                .open();
        quiet.add(member);
        return member;
    }

    @AfterEach
    void closeQuiet() {
        quiet.forEach(Coordinator::close);
    }

    private long tripsOf(Runnable action) {
        var before = store.line().trips();
        action.run();
        return store.line().trips() - before;
    }
}
