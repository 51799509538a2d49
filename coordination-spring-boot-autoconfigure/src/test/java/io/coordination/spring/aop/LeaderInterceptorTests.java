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
package io.coordination.spring.aop;

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.Coordinator;
import io.coordination.LeaseLostException;
import io.coordination.NotLeaderException;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.annotation.Otherwise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a call of a method for leaders does. */
class LeaderInterceptorTests {

    private final TestStore store = new TestStore();
    private final Coordinator mine = store.member("mine");
    private final Coordinator other = store.member("other");
    private final LeaderCalls calls = new LeaderCalls(name -> mine);
    private final Work work = Guarding.guarded(new Work(), Guarding.leaders(calls, "g"));

    @AfterEach
    void close() {
        store.close();
    }

    /** Methods whose work is given by each test. */
    static class Work {

        @LeaderOnly("g")
        <T> T leading(Callable<T> work) throws Exception {
            return work.call();
        }

        @LeaderOnly
        String inTheOnlyGroup() {
            return "ran";
        }

        @LeaderOnly(group = "g", otherwise = Otherwise.FAIL)
        int failing() {
            return 1;
        }

        @LeaderOnly(group = "g", fallback = "follow")
        String orFollow() {
            return "led";
        }

        private String follow() {
            return "followed";
        }

        @LeaderOnly(group = "g", interruptOnLoss = false)
        <T> T uninterrupted(Callable<T> work) throws Exception {
            return work.call();
        }

        @LeaderOnly(group = "g", otherwise = Otherwise.FAIL)
        @DistributedLock(name = "x", onContention = Otherwise.FAIL)
        String locked() {
            return "ran";
        }
    }

    @Test
    void leaderRunsTheMethodUnderItsLeadership() throws Exception {
        lead();
        var token = work.leading(() -> CurrentLease.get().orElseThrow().token());
        assertThat(token).isEqualTo(mine.leader("g").orElseThrow().token());
        assertThat(work.inTheOnlyGroup()).isEqualTo("ran");
        assertThat(CurrentLease.get()).isEmpty();
    }

    @Test
    void checkCostsNoRoundTrip() throws Exception {
        lead();
        work.leading(() -> "warm");
        var trips = store.line().trips();
        for (var i = 0; i < 100; i++) {
            work.leading(() -> "ran");
        }
        assertThat(store.line().trips()).isEqualTo(trips);
    }

    @Test
    void followerSkipsFailsOrFallsBack() throws Exception {
        assertThat(work.<String>leading(() -> "ran")).isNull();
        assertThat(work.orFollow()).isEqualTo("followed");
        assertThatExceptionOfType(NotLeaderException.class)
                .isThrownBy(work::failing)
                .withMessageContaining("'g'")
                .withMessageContaining("Work.failing()");
    }

    @Test
    void leaderAgainAfterItsElectionWasClosedRunsTheMethod() throws Exception {
        lead();
        assertThat(work.<String>leading(() -> "ran")).isEqualTo("ran");
        mine.election("g").close();
        assertThat(work.<String>leading(() -> "ran")).isNull();
        lead();
        assertThat(work.<String>leading(() -> "ran")).isEqualTo("ran");
    }

    @Test
    void lossInterruptsAllCallsUnderTheLeadershipAndEndsThem() throws Exception {
        lead();
        var inside = new CountDownLatch(2);
        Callable<Object> waits = () -> {
            inside.countDown();
            return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
        };
        var first = inBackground(() -> work.leading(waits));
        var second = inBackground(() -> work.leading(waits));
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        store.line().expire(mine);
        for (var call : new CompletableFuture<?>[] {first, second}) {
            assertThat(call)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LeaseLostException.class)
                    .withCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void interruptDoesNotLeakOutOfTheCall() {
        lead();
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.leading(() -> {
                    store.line().expire(mine);
                    eventually("it is interrupted", Thread.currentThread()::isInterrupted);
                    return "ran to its end";
                }))
                .withMessageContaining("'g'")
                .withMessageContaining("SESSION_LOST");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void callThatIsNotToBeInterruptedRunsToItsEndAndStillTellsTheLoss() {
        lead();
        var ran = new ArrayList<Boolean>();
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.uninterrupted(() -> {
                    var lease = CurrentLease.get().orElseThrow();
                    store.line().expire(mine);
                    eventually("it is lost", () -> lease.loss() != null);
                    return ran.add(Thread.currentThread().isInterrupted());
                }));
        assertThat(ran).containsExactly(false);
    }

    @Test
    void callThatResignsByItselfEndsWell() throws Exception {
        lead();
        assertThat(work.<String>leading(() -> {
                    mine.election("g").resign();
                    return "handed over";
                }))
                .isEqualTo("handed over");
    }

    @Test
    void leaderIsCheckedOutsideOfTheLock() throws Exception {
        var guarded = Guarding.guarded(new Work(), Guarding.leaders(calls, "g"), Guarding.locks(mine));
        other.lock("x").acquire();
        assertThatExceptionOfType(NotLeaderException.class).isThrownBy(guarded::locked);
    }

    @Test
    void closingWaitsForTheCallsThatRun() throws Exception {
        lead();
        var inside = new CountDownLatch(1);
        var proceed = new CountDownLatch(1);
        var call = inBackground(() -> work.<Boolean>leading(() -> {
            inside.countDown();
            return proceed.await(20, TimeUnit.SECONDS);
        }));
        inside.await();
        var closing = CompletableFuture.runAsync(() -> calls.close(Duration.ofSeconds(20)));
        eventually("no call is let in", () -> work.orFollow().equals("followed"));
        assertThat(closing).isNotDone();
        assertThat(mine.election("g").isLeader()).isTrue();
        proceed.countDown();
        assertThat(closing).succeedsWithin(Duration.ofSeconds(20));
        assertThat(call).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
    }

    @Test
    void callThatComesWhileItIsBeingClosedDoesNotRun() throws Exception {
        lead();
        var closing = new AtomicReference<LeaderCalls>();
        closing.set(new LeaderCalls(name -> {
            closing.get().close(Duration.ZERO);
            return mine;
        }));
        var late = Guarding.guarded(new Work(), Guarding.leaders(closing.get(), "g"));
        assertThat(late.<String>leading(() -> "ran")).isNull();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void closingInterruptsWhatTakesTooLong() throws Exception {
        lead();
        var inside = new CountDownLatch(1);
        var call = inBackground(() -> work.<Boolean>leading(() -> {
            inside.countDown();
            return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
        }));
        inside.await();
        calls.close(Duration.ofMillis(10));
        assertThat(call)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("CLOSED")
                .withMessageContaining("shuts down");
    }

    @Test
    void closingFromInsideACallDoesNotWaitForItself() throws Exception {
        lead();
        assertThat(work.<String>leading(() -> {
                    calls.close(Duration.ofSeconds(20));
                    return "closed";
                }))
                .isEqualTo("closed");
    }

    @Test
    void callsAreLetInAgainWhenOpened() throws Exception {
        lead();
        assertThat(work.orFollow()).isEqualTo("led");
        calls.close(Duration.ZERO);
        assertThat(work.orFollow()).isEqualTo("followed");
        var asked = new ArrayList<String>();
        calls.open((coordinator, group) -> asked.add(group));
        assertThat(asked).containsExactly("g");
        assertThat(work.orFollow()).isEqualTo("led");
        calls.of("", "later");
        assertThat(asked).containsExactly("g", "later");
    }

    private void lead() {
        var election = mine.election("g").campaign();
        eventually("it leads", election::isLeader);
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> call) {
        var result = new CompletableFuture<T>();
        new Thread(() -> {
                    try {
                        result.complete(call.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                })
                .start();
        return result;
    }
}
