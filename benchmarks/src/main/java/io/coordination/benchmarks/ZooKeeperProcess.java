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

import io.coordination.Coordinator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** A process beside the one that measures: the server, one that contends for a lock, or one that leads. */
final class ZooKeeperProcess implements AutoCloseable {

    private static final int TICK = 2000;

    private final Process process;
    private final BufferedReader said;

    private ZooKeeperProcess(String... args) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                ZooKeeperProcess.class.getName()));
        command.addAll(List.of(args));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static ZooKeeperProcess server() throws IOException {
        return new ZooKeeperProcess("server");
    }

    /** Takes the lock with so many threads, and notes in the file who had it last. */
    static ZooKeeperProcess contender(String name, String servers, String lock, int threads, Path last)
            throws IOException {
        return new ZooKeeperProcess("contend", name, servers, lock, String.valueOf(threads), last.toString());
    }

    static ZooKeeperProcess leader(String name, String servers) throws IOException {
        return new ZooKeeperProcess("lead", name, servers);
    }

    void tell(String what) throws IOException {
        process.outputWriter().write(what + "\n");
        process.outputWriter().flush();
    }

    /** What it says next, after a word by which it is known; libraries talk, too. */
    String hear(String word) throws IOException {
        var line = said.readLine();
        while (line != null && !line.startsWith(word + " ")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the process ended before it said " + word);
        }
        return line.substring(word.length() + 1);
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }

    /** One of the processes; it ends with its input. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "server" -> serve();
            case "contend" -> contend(args[1], args[2], args[3], Integer.parseInt(args[4]), Path.of(args[5]));
            default -> lead(args[1], args[2]);
        }
        System.exit(0);
    }

    private static void serve() throws Exception {
        System.setProperty("zookeeper.4lw.commands.whitelist", "*");
        System.setProperty("zookeeper.admin.enableServer", "false");
        try (var server = new TestingServer(new InstanceSpec(null, -1, -1, -1, true, 1, TICK, 1000, Map.of()), true)) {
            say("port " + server.getPort());
            untilInputEnds();
        }
    }

    private static void lead(String name, String servers) throws Exception {
        if (name.equals(ZooKeeperContestant.OURS)) {
            var election = Coordinator.builder()
                    .url("zookeeper://" + servers)
                    .sessionTimeout(Duration.ofSeconds(4))
                    .open()
                    .election("g")
                    .campaign();
            while (!election.isLeader()) {
                LockSupport.parkNanos(1_000_000);
            }
        } else {
            var latch = new LeaderLatch(ZooKeeperContestant.curator(servers, 4_000), "/leader");
            latch.start();
            latch.await();
        }
        say("leads now");
        untilInputEnds();
    }

    private static void contend(String name, String servers, String lock, int threads, Path last) throws Exception {
        try (var contestant = ZooKeeperContestant.open(name, servers, lock, false);
                var file = FileChannel.open(last, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var holder = file.map(FileChannel.MapMode.READ_WRITE, 0, 8);
            say("ready now");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("once")) {
                    say("done " + each(threads, () -> contestant.take().release()));
                } else {
                    say("done " + handOffs(contestant, threads, Long.parseLong(line), holder));
                }
            }
        }
    }

    private static long handOffs(ZooKeeperContestant contestant, int threads, long millis, ByteBuffer last)
            throws InterruptedException {
        var end = System.nanoTime() + millis * 1_000_000;
        var handOffs = new AtomicLong();
        each(threads, () -> {
            var me =
                    ProcessHandle.current().pid() << 20 | Thread.currentThread().getId();
            while (System.nanoTime() < end) {
                var held = contestant.take();
                if (last.getLong(0) != me) {
                    handOffs.incrementAndGet();
                }
                last.putLong(0, me);
                held.release();
            }
        });
        return handOffs.get();
    }

    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    /** Runs a task on so many threads, says when all wait, and returns when all are done. */
    private static int each(int number, Task task) throws InterruptedException {
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
        for (var thread : threads) {
            while (thread.getState() == Thread.State.RUNNABLE) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        say("waiting now");
        for (var thread : threads) {
            thread.join();
        }
        return number;
    }

    private static void untilInputEnds() throws IOException {
        while (System.in.read() >= 0) {
            continue;
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
