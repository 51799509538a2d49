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
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;

/**
 * Locks and leaders on Redis beside the bare client, Redisson, Spring Integration and ShedLock, in turns within one run. Needs
 * {@code redis-server} on the path.
 */
public final class RedisComparison {

    private static final int ROUNDS = 20;
    private static final long ROUND = Duration.ofMillis(100).toNanos();
    private static final int HAND_OFF_ROUNDS = 3;
    private static final Duration HAND_OFFS = Duration.ofSeconds(1);
    private static final int WAITERS = 200;
    private static final String COMPARE_AND_DELETE =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

    private RedisComparison() {}

    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    /** How a contestant runs something while it holds the lock, waiting for it first. */
    @FunctionalInterface
    private interface Guarded {
        void run(Task task) throws Exception;
    }

    /** Runs it; with arguments it is one of several processes that contend. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            contend(args[0], args[1], Integer.parseInt(args[2]), Path.of(args[3]));
            return;
        }
        var port = freePort();
        var directory = Files.createTempDirectory("redis-comparison").toFile();
        var server = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        directory.getPath())
                .redirectOutput(new File(directory, "log"))
                .start();
        try {
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            System.out.println("| measurement | contestant | value | share |");
            System.out.println("|---|---|---|---|");
            uncontended("redis://127.0.0.1:" + port);
            handOffs("redis://127.0.0.1:" + port, 1, 8);
            handOffs("redis://127.0.0.1:" + port, 4, 2);
            waiters("redis://127.0.0.1:" + port);
            leader("redis://127.0.0.1:" + port);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static void uncontended(String url) throws Exception {
        var client = RedisClient.create(url);
        var bare = client.connect().sync();
        var digest = bare.scriptLoad(COMPARE_AND_DELETE);
        var redisson = redisson(url);
        var factory = factory(url);
        var registry = new RedisLockRegistry(factory, "spring");
        var shedlock = new RedisLockProvider.Builder(factory).build();
        try (var ours = Coordinator.open(url)) {
            var lock = ours.lock("pair");
            var ids = new AtomicLong();
            Map<String, Task> contestants = new LinkedHashMap<>();
            contestants.put("bare SET NX PX, compare and delete", () -> {
                var id = "id-" + ids.incrementAndGet();
                bare.set("bare", id, SetArgs.Builder.nx().px(10_000));
                bare.evalsha(digest, ScriptOutputType.INTEGER, new String[] {"bare"}, id);
            });
            contestants.put("coordination", () -> lock.acquire().close());
            contestants.put("redisson RLock", () -> {
                var theirs = redisson.getLock("pair-redisson");
                theirs.lock();
                theirs.unlock();
            });
            contestants.put("redisson RFencedLock", () -> {
                var theirs = redisson.getFencedLock("pair-fenced");
                theirs.lock();
                theirs.unlock();
            });
            contestants.put("spring RedisLockRegistry", () -> {
                var theirs = registry.obtain("pair");
                theirs.lock();
                theirs.unlock();
            });
            contestants.put(
                    "shedlock (no owner check)",
                    () -> shedlock.lock(
                                    new LockConfiguration(Instant.now(), "pair", Duration.ofSeconds(10), Duration.ZERO))
                            .orElseThrow()
                            .unlock());
            compare(contestants);
        } finally {
            registry.destroy();
            factory.destroy();
            redisson.shutdown();
            client.shutdown();
        }
    }

    private static void compare(Map<String, Task> contestants) throws Exception {
        var rates = new LinkedHashMap<String, double[]>();
        contestants.keySet().forEach(name -> rates.put(name, new double[ROUNDS]));
        for (var round = -5; round < ROUNDS; round++) {
            for (var contestant : contestants.entrySet()) {
                var start = System.nanoTime();
                var pairs = 0;
                while (System.nanoTime() - start < ROUND) {
                    contestant.getValue().run();
                    pairs++;
                }
                if (round >= 0) {
                    rates.get(contestant.getKey())[round] = pairs * 1e9 / (System.nanoTime() - start);
                }
            }
        }
        var first = rates.values().iterator().next();
        rates.forEach((name, rate) -> {
            var shares = new double[ROUNDS];
            for (var i = 0; i < ROUNDS; i++) {
                shares[i] = rate[i] / first[i];
            }
            row("uncontended pairs a second", name, median(rate), median(shares));
        });
    }

    private static void handOffs(String url, int processes, int threads) throws Exception {
        var shared = Files.write(Files.createTempFile("redis-comparison", ""), new byte[8]);
        var what = "hand-offs a second, " + processes + " x " + threads;
        var rates = new LinkedHashMap<String, double[]>();
        for (var round = 0; round < HAND_OFF_ROUNDS; round++) {
            for (var name : List.of("bare BLPOP token", "coordination", "redisson RLock", "spring RedisLockRegistry")) {
                var running = new ArrayList<Process>();
                for (var i = 0; i < processes; i++) {
                    running.add(new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElse("java"),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    RedisComparison.class.getName(),
                                    name,
                                    url,
                                    String.valueOf(threads),
                                    shared.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
                }
                var total = 0.0;
                for (var process : running) {
                    total += Double.parseDouble(
                            new String(process.getInputStream().readAllBytes()).strip());
                    process.waitFor();
                }
                rates.computeIfAbsent(name, same -> new double[HAND_OFF_ROUNDS])[round] = total;
            }
        }
        Files.delete(shared);
        var bare = median(rates.get("bare BLPOP token"));
        rates.forEach((name, rate) -> row(what, name, median(rate), median(rate) / bare));
    }

    /** One process: counts how often the lock came from another thread, of this process or another. */
    private static void contend(String contestant, String url, int threads, Path shared) throws Exception {
        var handOffs = new AtomicLong();
        var ready = new AtomicLong();
        var closing = new ArrayList<Task>();
        var guarded = guarded(contestant, url, closing);
        MappedByteBuffer last;
        try (var file = FileChannel.open(shared, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            last = file.map(FileChannel.MapMode.READ_WRITE, 0, 8);
        }
        var end = new AtomicLong(Long.MAX_VALUE);
        var running = new ArrayList<Thread>();
        for (var i = 0; i < threads; i++) {
            var self = ProcessHandle.current().pid() * 100 + i;
            running.add(start(() -> {
                while (System.nanoTime() < end.get()) {
                    guarded.run(() -> {
                        if (last.getLong(0) != self) {
                            handOffs.incrementAndGet();
                        }
                        last.putLong(0, self);
                        ready.set(1);
                    });
                }
            }));
        }
        while (ready.get() == 0) {
            LockSupport.parkNanos(1_000_000);
        }
        // Warm, then counted.
        LockSupport.parkNanos(HAND_OFFS.toNanos());
        var before = handOffs.get();
        var start = System.nanoTime();
        LockSupport.parkNanos(HAND_OFFS.toNanos());
        var counted = (handOffs.get() - before) * 1e9 / (System.nanoTime() - start);
        end.set(0);
        for (var thread : running) {
            thread.join();
        }
        System.out.println(counted);
        for (var close : closing) {
            close.run();
        }
        System.exit(0);
    }

    private static Guarded guarded(String contestant, String url, List<Task> closing) throws Exception {
        switch (contestant) {
            case "coordination" -> {
                var ours = Coordinator.open(url);
                closing.add(ours::close);
                var lock = ours.lock("hand-off");
                return task -> {
                    var lease = lock.acquire();
                    task.run();
                    lease.close();
                };
            }
            case "redisson RLock" -> {
                var redisson = redisson(url);
                closing.add(redisson::shutdown);
                return task -> {
                    var lock = redisson.getLock("hand-off-redisson");
                    lock.lock();
                    try {
                        task.run();
                    } finally {
                        lock.unlock();
                    }
                };
            }
            case "spring RedisLockRegistry" -> {
                var factory = factory(url);
                var registry = new RedisLockRegistry(factory, "spring");
                registry.setRedisLockType(RedisLockRegistry.RedisLockType.PUB_SUB_LOCK);
                closing.add(registry::destroy);
                closing.add(factory::destroy);
                return task -> {
                    var lock = registry.obtain("hand-off");
                    lock.lock();
                    try {
                        task.run();
                    } finally {
                        lock.unlock();
                    }
                };
            }
            default -> {
                var client = RedisClient.create(url);
                closing.add(client::shutdown);
                var first = client.connect().sync();
                if (first.set("token-made", "1", SetArgs.Builder.nx().px(2_000)) != null) {
                    first.del("token");
                    first.lpush("token", "1");
                }
                var own = ThreadLocal.withInitial(() -> client.connect().sync());
                return task -> {
                    RedisCommands<String, String> commands = own.get();
                    while (commands.blpop(5, "token") == null) {
                        continue;
                    }
                    task.run();
                    commands.lpush("token", "1");
                };
            }
        }
    }

    private static void waiters(String url) throws Exception {
        var client = RedisClient.create(url);
        var statistics = client.connect().sync();
        var redisson = redisson(url);
        try (var ours = Coordinator.open(url)) {
            for (var round = 0; round < 3; round++) {
                var held = ours.lock("drain").acquire();
                drain(
                        "coordination",
                        statistics,
                        held::close,
                        () -> ours.lock("drain").acquire().close());
                var lock = redisson.getLock("drain-redisson");
                lock.lock();
                drain("redisson RLock", statistics, lock::unlock, () -> {
                    lock.lock();
                    lock.unlock();
                });
            }
        } finally {
            redisson.shutdown();
            client.shutdown();
        }
    }

    private static void drain(String name, RedisCommands<String, String> statistics, Task release, Task pair)
            throws Exception {
        var threads = new ArrayList<Thread>();
        var before = requests(statistics);
        for (var i = 0; i < WAITERS; i++) {
            threads.add(start(pair));
        }
        for (var thread : threads) {
            while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
                Thread.onSpinWait();
            }
        }
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        var waiting = requests(statistics);
        LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
        var idle = (requests(statistics) - waiting - 1) / 3.0;
        var start = System.nanoTime();
        release.run();
        for (var thread : threads) {
            thread.join();
        }
        var millis = (System.nanoTime() - start) / 1e6;
        row(
                "200 waiters: ms to drain; requests a lock",
                name,
                millis,
                (requests(statistics) - before) / (double) WAITERS);
        row("200 waiters: requests a second while they wait", name, idle, 0);
    }

    private static void leader(String url) throws Exception {
        var times = new double[20];
        for (var i = 0; i < times.length; i++) {
            var first = Coordinator.open(url);
            try (var second = Coordinator.open(url)) {
                var leading = first.election("g").campaign();
                while (!leading.isLeader()) {
                    Thread.onSpinWait();
                }
                var next = second.election("g").campaign();
                LockSupport.parkNanos(200_000_000);
                var start = System.nanoTime();
                var closing = start(first::close);
                while (!next.isLeader()) {
                    Thread.onSpinWait();
                }
                times[i] = (System.nanoTime() - start) / 1e6;
                closing.join();
            }
        }
        Arrays.sort(times);
        row("next leader after a clean stop, ms; the worst", "coordination", median(times), times[times.length - 1]);
    }

    private static RedissonClient redisson(String url) {
        var config = new Config();
        config.useSingleServer().setAddress(url);
        return Redisson.create(config);
    }

    private static LettuceConnectionFactory factory(String url) {
        var uri = RedisURI.create(url);
        var factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    /** How often the server read from a client so far; a request is read once. */
    private static long requests(RedisCommands<String, String> statistics) {
        return statistics
                .info("stats")
                .lines()
                .filter(line -> line.startsWith("total_reads_processed:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Thread start(Task task) {
        var thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        thread.start();
        return thread;
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
