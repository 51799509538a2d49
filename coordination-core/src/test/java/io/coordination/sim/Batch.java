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

import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many worlds, one for each seed, on all processors.
 *
 * <p>{@code -Dsim.seeds=100000} runs that many instead of the usual number; {@code -Dsim.seed=4711} runs this one alone, and
 * shows what happened in it.
 */
final class Batch {

    private static final int TOLD_FAILURES = 3;

    private final Mix mix;
    private final Set<Bug> bugs;
    private final Coverage coverage = new Coverage();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    Batch(Mix mix, Set<Bug> bugs) {
        this.mix = mix;
        this.bugs = bugs;
        LogLines.install();
    }

    static long seeds(long usual) {
        return Long.getLong("sim.seeds", usual);
    }

    /** Runs the seeds from 1 up to a number, or until a few have failed. */
    Batch run(long seeds) {
        var only = Long.getLong("sim.seed");
        if (only != null) {
            seed(only);
            return this;
        }
        var next = new AtomicLong();
        var workers = Runtime.getRuntime().availableProcessors();
        var done = new CountDownLatch(workers);
        for (var i = 0; i < workers; i++) {
            var worker = new Thread(() -> {
                for (var seed = next.incrementAndGet();
                        seed <= seeds && failures.size() < TOLD_FAILURES;
                        seed = next.incrementAndGet()) {
                    seed(seed);
                }
                done.countDown();
            });
            worker.setDaemon(true);
            worker.start();
        }
        try {
            done.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        return this;
    }

    private void seed(long seed) {
        try (var world = new World(seed, mix, bugs, false)) {
            world.run();
            synchronized (coverage) {
                coverage.add(world.coverage);
            }
        } catch (AssertionError broken) {
            failures.add("-Dsim.seed=" + seed + " in the mix " + mix + ": " + retold(seed, broken));
        }
    }

    /** The same again, with all that led to it. */
    private String retold(long seed, AssertionError broken) {
        try (var world = new World(seed, mix, bugs, true)) {
            world.run();
        } catch (AssertionError again) {
            return again.toString();
        }
        return broken + " (which did not happen again: something is not decided by the seed)";
    }

    Coverage coverage() {
        return coverage;
    }

    Iterable<String> failures() {
        return failures;
    }
}
