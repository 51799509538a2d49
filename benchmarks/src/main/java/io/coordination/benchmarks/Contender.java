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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A process that contends for a lock with some threads, or that leads. */
final class Contender {

    /** What the processes share in a file: who held the lock last, and when it was given back. */
    static final int SHARED_BYTES = 16;

    private static final int HOLDER = 0;
    private static final int GIVEN_BACK = 8;

    private Contender() {}

    /** Takes the lock with so many threads. */
    static Companion contend(Arena arena, String name, String address, String lock, int threads, Path shared)
            throws IOException {
        return new Companion(
                Contender.class, arena.scheme(), name, address, lock, String.valueOf(threads), shared.toString());
    }

    static Companion lead(Arena arena, String name, String address) throws IOException {
        return new Companion(Contender.class, arena.scheme(), name, address);
    }

    /** One of the processes; it ends with its input. */
    public static void main(String[] args) throws Exception {
        var arena = Arena.of(args[0]);
        if (args.length == 3) {
            arena.campaign(args[1], args[2], () -> say("leads now"));
            while (System.in.read() >= 0) {
                continue;
            }
        } else {
            answer(arena, args[1], args[2], args[3], Integer.parseInt(args[4]), Path.of(args[5]));
        }
        System.exit(0);
    }

    private static void answer(Arena arena, String name, String address, String lock, int threads, Path file)
            throws Exception {
        try (var contestant = arena.open(name, address, false);
                var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var shared = channel.map(FileChannel.MapMode.READ_WRITE, 0, SHARED_BYTES);
            say("ready now");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            var held = new ArrayList<Contestant.Held>();
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("hold ")) {
                    say("held " + hold(contestant, Integer.parseInt(line.substring(5)), held));
                } else if (line.equals("once")) {
                    each(threads, () -> contestant.take(lock).release());
                    say("done " + threads);
                } else {
                    say("done " + handOffs(contestant, lock, threads, Long.parseLong(line), shared));
                }
            }
        }
    }

    /** {@return how many pairs so many threads made in that time, each with a name of its own} */
    static long pairs(Contestant contestant, int threads, long millis) throws InterruptedException {
        var end = System.nanoTime() + millis * 1_000_000;
        var pairs = new LongAdder();
        var numbers = new AtomicInteger();
        var all = start(threads, () -> {
            var lock = "own-" + numbers.incrementAndGet();
            while (System.nanoTime() < end) {
                contestant.take(lock).release();
                pairs.increment();
            }
        });
        for (var thread : all) {
            thread.join();
        }
        return pairs.sum();
    }

    /** Takes so many locks and keeps them: how long that takes, the heap for each, and how many threads there are more. */
    private static String hold(Contestant contestant, int number, List<Contestant.Held> held) throws Exception {
        contestant.take("warm-up").release();
        var threads = Thread.activeCount();
        var heap = usedHeap();
        var start = System.nanoTime();
        for (var i = 0; i < number; i++) {
            held.add(contestant.take("held-" + i));
        }
        var millis = (System.nanoTime() - start) / 1_000_000;
        return millis + " " + Math.max(0, usedHeap() - heap) / number + " " + (Thread.activeCount() - threads);
    }

    private static long usedHeap() {
        for (var i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** How many there were, and the median time from a release to the next holder's having the lock, in nanoseconds. */
    private static String handOffs(Contestant contestant, String lock, int threads, long millis, ByteBuffer shared)
            throws InterruptedException {
        var end = System.nanoTime() + millis * 1_000_000;
        var times = new ConcurrentLinkedQueue<Long>();
        each(threads, () -> {
            var me =
                    ProcessHandle.current().pid() << 20 | Thread.currentThread().getId();
            while (System.nanoTime() < end) {
                var held = contestant.take(lock);
                if (shared.getLong(HOLDER) != me) {
                    times.add(System.nanoTime() - shared.getLong(GIVEN_BACK));
                }
                shared.putLong(HOLDER, me);
                shared.putLong(GIVEN_BACK, System.nanoTime());
                held.release();
            }
        });
        var sorted = times.stream().sorted().toList();
        return sorted.size() + " " + (sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2));
    }

    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    /** Runs a task on so many threads, says when all wait, and returns when all are done. */
    private static void each(int number, Task task) throws InterruptedException {
        var threads = start(number, task);
        // Who waits for the answer of a database counts as running.
        var soon = System.nanoTime() + 1_000_000_000;
        for (var thread : threads) {
            while (thread.getState() == Thread.State.RUNNABLE && System.nanoTime() < soon) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        say("waiting now");
        for (var thread : threads) {
            thread.join();
        }
    }

    private static List<Thread> start(int number, Task task) {
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < number; i++) {
            var thread = new Thread(() -> {
                try {
                    task.run();
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            threads.add(thread);
            thread.start();
        }
        return threads;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
