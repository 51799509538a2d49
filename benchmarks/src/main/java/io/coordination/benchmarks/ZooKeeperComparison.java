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
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.BufferedReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.springframework.integration.zookeeper.lock.ZookeeperLockRegistry;

/** Locks and leaders on ZooKeeper beside the bare client, Curator and Spring Integration, in turns within one run. */
public final class ZooKeeperComparison {

    private static final int ROUNDS = 30;
    private static final long ROUND = Duration.ofMillis(300).toNanos();
    private static final int HAND_OFF_ROUNDS = 5;
    private static final int WAITERS = 200;

    private ZooKeeperComparison() {}

    @FunctionalInterface
    private interface Pair {
        void takeAndGive() throws Exception;
    }

    /** Runs it; the argument {@code server} makes a process that is the server. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            System.setProperty("zookeeper.4lw.commands.whitelist", "*");
            System.setProperty("zookeeper.admin.enableServer", "false");
            try (var server = new TestingServer()) {
                System.out.println(server.getPort());
                while (System.in.read() >= 0) {
                    continue;
                }
            }
            return;
        }
        var process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ZooKeeperComparison.class.getName(),
                        "server")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var port = said.readLine();
        while (!port.matches("[0-9]+")) {
            port = said.readLine();
        }
        try {
            run(Integer.parseInt(port));
        } finally {
            process.getOutputStream().close();
            process.waitFor();
        }
    }

    private static void run(int port) throws Exception {
        var url = "127.0.0.1:" + port;
        try (var curator = CuratorFrameworkFactory.newClient(url, new RetryOneTime(100));
                var ours = Coordinator.open("zookeeper://" + url)) {
            curator.start();
            curator.blockUntilConnected();
            System.out.println("| measurement | contestant | value | share |");
            System.out.println("|---|---|---|---|");
            uncontended(curator, ours);
            handOffs(curator, ours);
            waiters(port, curator, ours);
        }
        leader(url);
    }

    private static void uncontended(CuratorFramework curator, Coordinator ours) throws Exception {
        var zk = curator.getZookeeperClient().getZooKeeper();
        curator.create().forPath("/raw");
        var mutex = new InterProcessMutex(curator, "/mutex");
        var registry = new ZookeeperLockRegistry(curator);
        var lock = ours.lock("pair");
        Map<String, Pair> contestants = new LinkedHashMap<>();
        contestants.put("bare create and delete", () -> zk.delete(
                zk.create("/raw/x", new byte[6], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL), -1));
        contestants.put("coordination", () -> lock.acquire().close());
        contestants.put("curator InterProcessMutex", () -> {
            mutex.acquire();
            mutex.release();
        });
        contestants.put("spring ZookeeperLockRegistry", () -> {
            var theirs = registry.obtain("pair");
            theirs.lock();
            theirs.unlock();
        });
        var rates = new LinkedHashMap<String, double[]>();
        contestants.keySet().forEach(name -> rates.put(name, new double[ROUNDS]));
        for (var round = -3; round < ROUNDS; round++) {
            for (var contestant : contestants.entrySet()) {
                var start = System.nanoTime();
                var pairs = 0;
                while (System.nanoTime() - start < ROUND) {
                    contestant.getValue().takeAndGive();
                    pairs++;
                }
                if (round >= 0) {
                    rates.get(contestant.getKey())[round] = pairs * 1e9 / (System.nanoTime() - start);
                }
            }
        }
        var bare = rates.get("bare create and delete");
        rates.forEach((name, rate) -> {
            var shares = new double[ROUNDS];
            for (var i = 0; i < ROUNDS; i++) {
                shares[i] = rate[i] / bare[i];
            }
            row("uncontended pairs a second", name, median(rate), median(shares));
        });
        registry.destroy();
    }

    private static void handOffs(CuratorFramework curator, Coordinator ours) throws Exception {
        var mutex = new InterProcessMutex(curator, "/hand-off");
        var lock = ours.lock("hand-off");
        var our = new double[HAND_OFF_ROUNDS];
        var their = new double[HAND_OFF_ROUNDS];
        for (var round = -1; round < HAND_OFF_ROUNDS; round++) {
            var first = handOffs((enter) -> {
                mutex.acquire();
                enter.run();
                mutex.release();
            });
            var second = handOffs((enter) -> {
                var lease = lock.acquire();
                enter.run();
                lease.close();
            });
            if (round >= 0) {
                their[round] = first;
                our[round] = second;
            }
        }
        row("hand-offs a second, 8 threads", "curator InterProcessMutex", median(their), 1);
        row("hand-offs a second, 8 threads", "coordination", median(our), median(our) / median(their));
    }

    @FunctionalInterface
    private interface Guarded {
        void run(Runnable enter) throws Exception;
    }

    private static double handOffs(Guarded guarded) throws Exception {
        var last = new AtomicReference<Thread>();
        var handOffs = new AtomicLong();
        var end = System.nanoTime() + 3_000_000_000L;
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 8; i++) {
            threads.add(start(() -> {
                while (System.nanoTime() < end) {
                    guarded.run(() -> {
                        if (last.getAndSet(Thread.currentThread()) != Thread.currentThread()) {
                            handOffs.incrementAndGet();
                        }
                    });
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        return handOffs.get() / 3.0;
    }

    private static void waiters(int port, CuratorFramework curator, Coordinator ours) throws Exception {
        for (var round = 0; round < 3; round++) {
            var held = ours.lock("drain").acquire();
            drain("coordination", port, held::close, () -> ours.lock("drain").acquire().close());
            var mutex = new InterProcessMutex(curator, "/drain");
            mutex.acquire();
            drain("curator InterProcessMutex", port, mutex::release, () -> {
                mutex.acquire();
                mutex.release();
            });
        }
    }

    private static void drain(String name, int port, Pair release, Pair pair) throws Exception {
        var threads = new ArrayList<Thread>();
        var before = received(port);
        for (var i = 0; i < WAITERS; i++) {
            threads.add(start(pair));
        }
        for (var thread : threads) {
            while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
                Thread.onSpinWait();
            }
        }
        var start = System.nanoTime();
        release.takeAndGive();
        for (var thread : threads) {
            thread.join();
        }
        row(
                "200 waiters: ms to drain, requests a lock",
                name,
                (System.nanoTime() - start) / 1e6,
                (received(port) - before) / (double) WAITERS);
    }

    private static void leader(String url) throws Exception {
        var times = new double[10];
        for (var i = 0; i < times.length; i++) {
            var first = Coordinator.open("zookeeper://" + url);
            try (var second = Coordinator.open("zookeeper://" + url)) {
                var leading = first.election("g").campaign();
                while (!leading.isLeader()) {
                    Thread.onSpinWait();
                }
                var next = second.election("g").campaign();
                LockSupport.parkNanos(300_000_000);
                var start = System.nanoTime();
                var closing = start(first::close);
                while (!next.isLeader()) {
                    Thread.onSpinWait();
                }
                times[i] = (System.nanoTime() - start) / 1e6;
                closing.join();
            }
        }
        row("next leader after a clean stop, ms", "coordination", median(times), times[times.length - 1]);
    }

    private static Thread start(Pair task) {
        var thread = new Thread(() -> {
            try {
                task.takeAndGive();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        thread.start();
        return thread;
    }

    /** The packets that the server received so far, of which one is this question. */
    private static long received(int port) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("mntr".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return List.of(text.split("\n")).stream()
                    .filter(line -> line.startsWith("zk_packets_received"))
                    .mapToLong(line -> Long.parseLong(line.split("\t")[1]))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void row(String what, String who, double value, double share) {
        System.out.printf(Locale.ROOT, "| %s | %s | %.1f | %.2f |%n", what, who, value, share);
    }
}
