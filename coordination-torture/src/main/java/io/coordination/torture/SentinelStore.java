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
package io.coordination.torture;

import io.coordination.contract.FaultProxy;
import io.coordination.contract.LocalServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Two Redis servers, one the other's replica, and a sentinel that promotes it. The sentinel leads members to the servers
 * themselves, so there is no line between them.
 */
final class SentinelStore implements Store {

    private static final String PRIMARY = "mymaster";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory = Files.createTempDirectory("redis");
    private final Server one;
    private final Server two;
    private final LocalServer sentinel;

    SentinelStore() throws IOException, InterruptedException {
        one = new Server();
        two = new Server();
        two.follow(one);
        sentinel = LocalServer.start(new Speaking() {
            @Override
            public List<String> command(int port) {
                return List.of(LocalServer.redisCommand(), settings(), "--sentinel", "--port", "" + port);
            }
        });
        await(
                () -> says(sentinel.port(), "SENTINEL REPLICAS " + PRIMARY).contains("" + two.port()),
                "a sentinel that knows the replica");
    }

    private String settings() {
        try {
            return Files.writeString(
                            directory.resolve("sentinel.conf"),
                            String.join(
                                    "\n",
                                    "sentinel monitor " + PRIMARY + " 127.0.0.1 " + one.port() + " 1",
                                    // So long that no living one is taken for dead because the machine is busy.
                                    "sentinel down-after-milliseconds " + PRIMARY + " "
                                            + Store.seconds(2).toMillis(),
                                    "sentinel failover-timeout " + PRIMARY + " 1000\n"))
                    .toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One that greets whoever connects. */
    private abstract static class Speaking implements LocalServer.Kind {

        @Override
        public boolean isReady(Socket connection) throws IOException {
            connection.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return "+-".indexOf(connection.getInputStream().read()) >= 0;
        }
    }

    /** Writes to its disk before it answers. */
    private final class Server extends Speaking {

        private final LocalServer server;
        private List<String> role = List.of();

        Server() {
            server = LocalServer.start(this);
        }

        @Override
        public List<String> command(int port) {
            var command = new ArrayList<>(List.of(LocalServer.redisCommand(), "--port", "" + port, "--save", ""));
            command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always", "--dir", own(port)));
            command.addAll(role);
            return command;
        }

        private String own(int port) {
            try {
                return Files.createDirectories(directory.resolve("" + port)).toString();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        int port() {
            return server.port();
        }

        /** Starts again as the replica of another one. */
        void follow(Server primary) throws IOException {
            role = List.of("--replicaof", "127.0.0.1", "" + primary.port());
            server.restart();
        }

        boolean isInStepWith(Server primary) throws IOException {
            return primary.isPrimary() && replication().contains("master_link_status:up");
        }

        boolean isPrimary() throws IOException {
            return replication().contains("role:master");
        }

        private String replication() throws IOException {
            return says(port(), "INFO replication");
        }
    }

    private static String says(int port, String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private interface Condition {

        boolean holds() throws IOException;
    }

    private static void await(Condition condition, String what) throws IOException, InterruptedException {
        for (var since = System.nanoTime(); !holds(condition); ) {
            if (System.nanoTime() - since > PATIENCE.toNanos()) {
                throw new IOException("no " + what + " after " + PATIENCE);
            }
            Thread.sleep(20);
        }
    }

    /** A server breaks its connections when its role changes. */
    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (IOException notNow) {
            return false;
        }
    }

    @Override
    public String name() {
        return "redis-sentinel";
    }

    @Override
    public boolean hasLines() {
        return false;
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return "redis://127.0.0.1:" + sentinel.port() + "?sentinel=" + PRIMARY;
    }

    @Override
    public Duration lease() {
        return Store.seconds(3);
    }

    /** What the replica had not got yet when it was promoted is lost; its owner learns of it at its next renewal. */
    @Override
    public Duration overlap() {
        return lease().dividedBy(3);
    }

    @Override
    public List<Fault> faults() {
        return List.of(
                Fault.ofServer("fail-over", lease -> failOver(0)),
                Fault.ofServer("fail-over-late", lease -> failOver(lease)));
    }

    /** The primary dies and comes back, at the earliest after the other one took its place, as the replica of that. */
    private void failOver(long atLeast) throws IOException, InterruptedException {
        var before = one.isPrimary() ? one : two;
        var after = before == one ? two : one;
        before.server.stop();
        Thread.sleep(atLeast);
        await(after::isPrimary, "primary");
        before.follow(after);
        // A machine that is too busy has the sentinel take the new one for dead as well.
        await(() -> before.isInStepWith(after) || after.isInStepWith(before), "a replica in step");
    }

    @Override
    public void close() {
        sentinel.close();
        one.server.close();
        two.server.close();
        Directories.delete(directory);
    }
}
