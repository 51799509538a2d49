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
package io.coordination.driver.zookeeper;

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.OperationTimedOutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A release takes the next place in line for the next thread of its process, in the same transaction. */
class PassingTests {

    private TestServer server;
    private ZooKeeperBackend backend;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        backend = new ZooKeeperBackend(server.port(), new ZooKeeperDriver());
    }

    @AfterEach
    void stop() throws Exception {
        for (var opened : open) {
            opened.close();
        }
        backend.close();
        server.close();
    }

    @Test
    void threadsOfOneProcessFollowEachOtherInOneTripEach() throws Exception {
        var a = member("a");
        var lease = a.lock("x").acquire();
        var waiting = waiters(a, 10);
        var before = backend.proxy().requests();
        var trips = backend.trips();
        while (!waiting.isEmpty()) {
            var token = lease.token();
            assertThat(lease.release()).isTrue();
            CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            var next = waiting.stream()
                    .filter(CompletableFuture::isDone)
                    .findFirst()
                    .orElseThrow();
            waiting.remove(next);
            lease = next.get().orElseThrow();
            assertThat(lease.token()).isGreaterThan(token);
        }
        assertThat(backend.trips() - trips).isEqualTo(10);
        assertThat(backend.proxy().requests() - before).isEqualTo(11);
    }

    @Test
    void otherProcessThatWaitedEarlierComesFirst() throws Exception {
        var a = member("a");
        var lease = a.lock("x").acquire();
        var other = waiters(member("b"), 1).get(0);
        untilInLine(2);
        var own = waiters(a, 1).get(0);
        lease.close();
        var next = other.get(20, TimeUnit.SECONDS).orElseThrow();
        assertThat(own).isNotDone();
        next.close();
        assertThat(own.get(20, TimeUnit.SECONDS).orElseThrow().token()).isGreaterThan(next.token());
    }

    @Test
    void waitersThatGiveUpMeanwhileLeaveNoNode() throws Exception {
        var a = member("a");
        for (var i = 0; i < 100; i++) {
            var lease = a.lock("x").acquire();
            var patience = Duration.ofNanos(1_000_000 + i * 20_000L);
            var waiting = inBackground(() -> tried(a, patience));
            LockSupport.parkNanos(1_500_000);
            lease.close();
            waiting.get(20, TimeUnit.SECONDS).ifPresent(Lease::close);
        }
        untilInLine(0);
        assertThat(a.lock("x").tryAcquire()).isPresent();
    }

    @Test
    void lostAnswerStopsNobodyAndLeavesNoNode() throws Exception {
        var a = member("a");
        var lease = a.lock("x").acquire();
        var waiter = waiters(a, 1).get(0);
        backend.loseReplyOf("pass");
        assertThatExceptionOfType(OperationTimedOutException.class).isThrownBy(lease::release);
        waiter.get(20, TimeUnit.SECONDS).orElseThrow().close();
        untilInLine(0);
    }

    @Test
    void claimThatSomebodyTookAwayIsNotPassedOn() throws Exception {
        var a = member("a");
        var lease = a.lock("x").acquire();
        var waiter = waiters(a, 1).get(0);
        try (var plain = new Plain(server)) {
            var line = backend.root() + "/tooz/locks/x";
            plain.zk().delete(line + "/" + plain.children(line).get(0), -1);
        }
        lease.close();
        assertThat(waiter.get(20, TimeUnit.SECONDS).orElseThrow().isValid()).isTrue();
        untilInLine(1);
    }

    /** Its renewals come so seldom that they disturb no count. */
    private Coordinator member(String id) {
        var member = backend.member()
                .memberId(id)
                .sessionTimeout(Duration.ofMinutes(10))
                .open();
        open.add(member);
        return member;
    }

    /** So many threads, which queue when this returns. */
    private static List<CompletableFuture<Optional<Lease>>> waiters(Coordinator member, int number) {
        var waiting = new ArrayList<CompletableFuture<Optional<Lease>>>();
        for (var i = 0; i < number; i++) {
            var result = new CompletableFuture<Optional<Lease>>();
            var thread = new Thread(() -> result.complete(tried(member, Duration.ofMinutes(1))));
            thread.setDaemon(true);
            thread.start();
            eventually("it queues", () -> thread.getState() == Thread.State.TIMED_WAITING);
            waiting.add(result);
        }
        return waiting;
    }

    private static Optional<Lease> tried(Coordinator member, Duration patience) {
        try {
            return member.lock("x").tryAcquire(patience);
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
    }

    private void untilInLine(int number) throws Exception {
        try (var plain = new Plain(server)) {
            eventually(
                    "so many are in line",
                    () -> plain.children(backend.root() + "/tooz/locks/x").size() == number);
        }
    }
}
