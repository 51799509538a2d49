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
package io.coordination.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.coordination.Coordinator;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/** Two hundred threads wait for one lock: how long it takes until each has had it, and what that costs. */
final class Waiters {

    private static final int WAITERS = 200;
    private static final int ROUNDS = 5;

    private Waiters() {}

    record Drain(double millis, double cpuMillis) {}

    static Drain drain(String url) throws InterruptedException {
        var best = new Drain(Double.MAX_VALUE, 0);
        for (var round = 0; round < ROUNDS; round++) {
            var drain = once(url);
            best = drain.millis < best.millis ? drain : best;
        }
        return best;
    }

    private static Drain once(String url) throws InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (var coordinator = Coordinator.open(url)) {
            var lock = coordinator.lock("x");
            var held = lock.acquire();
            var waiting = new CountDownLatch(WAITERS);
            var threads = new ArrayList<Thread>();
            for (var i = 0; i < WAITERS; i++) {
                var thread = new Thread(() -> {
                    waiting.countDown();
                    try (var lease = lock.acquire()) {
                        lease.token();
                    } catch (InterruptedException never) {
                        throw new IllegalStateException(never);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            waiting.await();
            while (threads.stream().anyMatch(thread -> thread.getState() == Thread.State.RUNNABLE)) {
                Thread.onSpinWait();
            }
            var cpu = system.getProcessCpuTime();
            var start = System.nanoTime();
            held.close();
            for (var thread : threads) {
                thread.join();
            }
            return new Drain(millis(System.nanoTime() - start), millis(system.getProcessCpuTime() - cpu));
        }
    }

    private static double millis(long nanos) {
        return Duration.ofNanos(nanos).toNanos() / 1e6;
    }
}
