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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.Coordinator;
import io.coordination.LeaseLoss;
import io.coordination.LeaseLostException;
import io.coordination.spring.TestStore;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a call and the news of its loss, at the same time. */
class GuardedCallTests {

    private static final int ROUNDS = 20_000;

    private final TestStore store = new TestStore();
    private final Coordinator member = store.member("a");

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void interruptNeverLeaksWhateverComesFirst() throws Throwable {
        var teller = Executors.newSingleThreadExecutor();
        try {
            var lease = member.lock("x").acquire();
            var loss = new LeaseLoss("x", 1, LeaseLoss.Reason.EVICTED, "test");
            var start = new CyclicBarrier(2);
            var lost = new AtomicInteger();
            for (var i = 0; i < ROUNDS; i++) {
                var call = new GuardedCall(this, List.of(lease), true);
                var spins = i % 200;
                var told = teller.submit(() -> {
                    start.await(20, TimeUnit.SECONDS);
                    call.lost(loss);
                    return true;
                });
                try {
                    call.run(
                            body(() -> {
                                await(start);
                                for (var spin = 0; spin < spins; spin++) {
                                    Thread.onSpinWait();
                                }
                            }),
                            ended -> true);
                } catch (LeaseLostException expected) {
                    lost.incrementAndGet();
                }
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                told.get(20, TimeUnit.SECONDS);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            assertThat(lost.get()).as("both orders were seen").isBetween(1, ROUNDS - 1);
        } finally {
            teller.shutdownNow();
        }
    }

    @Test
    void interruptsOfTwoNestedCallsDoNotLeakAndNoneIsMissed() throws Throwable {
        var tellers = Executors.newFixedThreadPool(2);
        try {
            var lease = member.lock("x").acquire();
            var loss = new LeaseLoss("x", 1, LeaseLoss.Reason.EVICTED, "test");
            for (var i = 0; i < ROUNDS / 2; i++) {
                var start = new CyclicBarrier(3);
                var outer = new GuardedCall(this, List.of(lease), true);
                var missed = new AtomicInteger();
                Runnable inside = () -> {
                    var inner = new GuardedCall(this, List.of(lease), true);
                    for (var call : new GuardedCall[] {outer, inner}) {
                        tellers.execute(() -> {
                            await(start);
                            call.lost(loss);
                        });
                    }
                    try {
                        inner.run(
                                body(() -> {
                                    await(start);
                                    while (!Thread.currentThread().isInterrupted()) {
                                        Thread.onSpinWait();
                                    }
                                }),
                                ended -> true);
                    } catch (Throwable expected) {
                        // Only the outer call's interrupt is of interest now.
                    }
                    var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                    while (!Thread.currentThread().isInterrupted()) {
                        if (System.nanoTime() > until) {
                            missed.incrementAndGet();
                            return;
                        }
                    }
                };
                try {
                    outer.run(body(inside), ended -> true);
                } catch (LeaseLostException expected) {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                }
                assertThat(missed.get()).isZero();
            }
        } finally {
            tellers.shutdownNow();
        }
    }

    /** A thread whose interrupt takes as long as the test wants. */
    private static final class SlowlyInterrupted extends Thread {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch proceed = new CountDownLatch(1);

        private SlowlyInterrupted(Runnable work) {
            super(work);
        }

        @Override
        public void interrupt() {
            asked.countDown();
            awaitQuietly(proceed);
            super.interrupt();
        }
    }

    @Test
    void endWaitsForAnInterruptThatIsUnderWay() throws Exception {
        var lease = member.lock("x").acquire();
        var loss = new LeaseLoss("x", 1, LeaseLoss.Reason.EVICTED, "test");
        var current = new AtomicReference<GuardedCall>();
        var inside = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var leaked = new AtomicReference<Boolean>();
        var thread = new SlowlyInterrupted(() -> {
            var call = new GuardedCall(this, List.of(lease), true);
            current.set(call);
            try {
                call.run(
                        body(() -> {
                            inside.countDown();
                            awaitQuietly(finish);
                        }),
                        ended -> true);
            } catch (Throwable expected) {
                // That it was lost is another test's matter.
            }
            leaked.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        awaitQuietly(inside);
        var teller = new Thread(() -> current.get().lost(loss));
        teller.start();
        awaitQuietly(thread.asked);
        finish.countDown();
        thread.join(200);
        assertThat(leaked.get())
                .as("the call ended before the interrupt was made")
                .isNull();
        thread.proceed.countDown();
        thread.join(20_000);
        teller.join(20_000);
        assertThat(leaked.get()).isFalse();
    }

    @Test
    void interruptThatWasThereBeforeIsKept() throws Throwable {
        var call = new GuardedCall(this, List.of(member.lock("x").acquire()), true);
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> call.run(
                        body(() -> {
                            Thread.currentThread().interrupt();
                            var teller = new Thread(
                                    () -> call.lost(new LeaseLoss("x", 1, LeaseLoss.Reason.EVICTED, "test")));
                            teller.start();
                            while (teller.isAlive()) {
                                Thread.onSpinWait();
                            }
                        }),
                        ended -> true));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void lossAfterTheEndIsIgnored() throws Throwable {
        var call = new GuardedCall(this, List.of(member.lock("x").acquire()), true);
        call.run(body(() -> {}), ended -> true);
        call.lost(new LeaseLoss("x", 1, LeaseLoss.Reason.EVICTED, "test"));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static Body body(Runnable work) {
        return () -> {
            work.run();
            return null;
        };
    }
}
