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

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many worlds, one for each seed, on all processors.
 *
 * <p>{@code -Dsim.seeds=100000} runs that many of each mix instead of the usual number; {@code -Dsim.seed=4711} runs this one
 * alone, and shows all that happened in it if it fails.
 */
final class Batch {

    private static final int SHOWN_LINES = 250;
    private static final Long ONLY = Long.getLong("sim.seed");

    private final Mix mix;
    private final Set<Bug> bugs;
    private final int enough;
    private final Coverage coverage = new Coverage();
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();

    /** Stops when {@code enough} worlds have failed. */
    Batch(Mix mix, Set<Bug> bugs, int enough) {
        this.mix = mix;
        this.bugs = bugs;
        this.enough = enough;
        LogLines.install();
    }

    static boolean isReplay() {
        return ONLY != null;
    }

    /** Runs the seeds from 1 up to a number, or the one that is to be replayed. */
    Batch run(long seeds) {
        if (ONLY != null) {
            seed(ONLY);
            return this;
        }
        var next = new AtomicLong();
        var workers = Runtime.getRuntime().availableProcessors();
        var done = new CountDownLatch(workers);
        for (var i = 0; i < workers; i++) {
            var worker = new Thread(
                    () -> {
                        while (failures.size() < enough && next.get() < seeds) {
                            seed(next.incrementAndGet());
                        }
                        done.countDown();
                    },
                    "worlds");
            worker.setDaemon(true);
            worker.start();
        }
        try {
            done.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("stopped at seed " + next.get(), stopped);
        }
        return this;
    }

    private void seed(long seed) {
        try (var world = new World(seed, mix, bugs, 0)) {
            world.run();
            synchronized (coverage) {
                coverage.add(world.coverage);
            }
        } catch (AssertionError | RuntimeException broken) {
            failures.add("-Dsim.seed=" + seed + " in the mix " + mix + ": " + broken.getMessage() + "\n"
                    + retold(seed, broken));
        }
    }

    /** The same again, with what led to it. */
    private String retold(long seed, Throwable broken) {
        try (var world = new World(seed, mix, bugs, ONLY == null ? SHOWN_LINES : Integer.MAX_VALUE)) {
            try {
                world.run();
            } catch (AssertionError | RuntimeException again) {
                return again.toString().equals(broken.toString())
                        ? world.sim.trace() + "\n" + world.describe()
                        : "(not decided by the seed alone: failed with '" + again + "' the second time)";
            }
        }
        return "(not decided by the seed alone: did not fail the second time)";
    }

    Coverage coverage() {
        return coverage;
    }

    Collection<String> failures() {
        return failures;
    }
}
