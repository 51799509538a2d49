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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import net.spy.memcached.ClientMode;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;

/** Uncontended locks on memcached beside {@code add} and {@code delete} with the same client, in turns within one run. */
public final class MemcachedComparison {

    private static final int ROUNDS = 30;
    private static final long ROUND = Duration.ofMillis(300).toNanos();

    private MemcachedComparison() {}

    @FunctionalInterface
    private interface Pair {
        void takeAndGive() throws Exception;
    }

    /** Runs it on a server of its own; needs the command {@code memcached}. */
    public static void main(String[] args) throws Exception {
        System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var server = new ProcessBuilder("memcached", "-u", "root", "-l", "127.0.0.1", "-p", "" + port, "-U", "0")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            awaitReady(port);
            compare(port);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static void awaitReady(int port) {
        for (var tries = 0; ; tries++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                if (tries == 1000) {
                    throw new IllegalStateException("memcached does not start", notYet);
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private static void compare(int port) throws Exception {
        var factory = new ConnectionFactoryBuilder()
                .setClientMode(ClientMode.Static)
                .setProtocol(ConnectionFactoryBuilder.Protocol.BINARY)
                .setFailureMode(FailureMode.Retry)
                .setUseNagleAlgorithm(false)
                .setShouldOptimize(false)
                .setDaemon(true)
                .build();
        var bare = new MemcachedClient(factory, List.of(new InetSocketAddress("127.0.0.1", port)));
        try (var ours = Coordinator.open("memcached://127.0.0.1:" + port)) {
            var lock = ours.lock("pair");
            Pair theirs = () -> {
                if (!bare.add("pair", 10, "member").get()
                        || !bare.delete("pair").get()) {
                    throw new IllegalStateException("the key was there");
                }
            };
            Pair our = () -> lock.tryAcquire().orElseThrow().close();
            var rates = new double[2][ROUNDS];
            for (var round = -5; round < ROUNDS; round++) {
                var first = rate(theirs);
                var second = rate(our);
                if (round >= 0) {
                    rates[0][round] = first;
                    rates[1][round] = second;
                }
            }
            var shares = new double[ROUNDS];
            for (var i = 0; i < ROUNDS; i++) {
                shares[i] = rates[1][i] / rates[0][i];
            }
            System.out.println("| measurement | contestant | value | share |");
            System.out.println("|---|---|---|---|");
            row("bare add and delete", median(rates[0]), 1);
            row("coordination", median(rates[1]), median(shares));
        } finally {
            bare.shutdown();
        }
    }

    private static double rate(Pair pair) throws Exception {
        var start = System.nanoTime();
        var pairs = 0;
        while (System.nanoTime() - start < ROUND) {
            pair.takeAndGive();
            pairs++;
        }
        return pairs * 1e9 / (System.nanoTime() - start);
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void row(String who, double value, double share) {
        System.out.printf(Locale.ROOT, "| uncontended pairs a second | %s | %.1f | %.2f |%n", who, value, share);
    }
}
