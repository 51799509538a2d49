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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialQueueTests {

    @Test
    void tasksOfManyThreadsRunOneAtATimeAndAllOfThem() throws Exception {
        var pool = Executors.newFixedThreadPool(4);
        try {
            var queue = new SerialQueue(pool);
            var inside = new AtomicInteger();
            var overlaps = new AtomicInteger();
            var done = new CountDownLatch(800);
            var givers = Executors.newFixedThreadPool(8);
            for (var i = 0; i < 800; i++) {
                givers.execute(() -> queue.execute(() -> {
                    if (inside.incrementAndGet() > 1) {
                        overlaps.incrementAndGet();
                    }
                    inside.decrementAndGet();
                    done.countDown();
                }));
            }
            givers.shutdown();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(overlaps).hasValue(0);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void orderIsKeptAndAFailureForgotten() {
        var threads = new ArrayDeque<Runnable>();
        var queue = new SerialQueue(threads::add);
        var ran = new ArrayList<Integer>();
        queue.execute(() -> ran.add(1));
        queue.execute(() -> {
            throw new AssertionError("a task that fails");
        });
        queue.execute(() -> ran.add(3));
        assertThat(threads).hasSize(1);
        threads.remove().run();
        assertThat(ran).isEqualTo(List.of(1, 3));
    }

    @Test
    void whatDoesNotFitBehindABlockedTaskIsDropped() {
        var threads = new ArrayDeque<Runnable>();
        var queue = new SerialQueue(threads::add);
        var ran = new AtomicInteger();
        for (var i = 0; i < 5000; i++) {
            queue.execute(ran::incrementAndGet);
        }
        threads.remove().run();
        assertThat(ran).hasValue(1024);
        queue.execute(ran::incrementAndGet);
        threads.remove().run();
        assertThat(ran).hasValue(1025);
    }

    @Test
    void executorThatWasShutDownIsNotComplainedAbout() {
        var queue = new SerialQueue(task -> {
            throw new RejectedExecutionException("shut down");
        });
        queue.execute(() -> {});
        queue.execute(() -> {});
    }
}
