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
package io.coordination.driver.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.contract.LocalServer;
import io.coordination.contract.Ports;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real server on a free port, in a directory of its own, gone at the end. */
final class RedisServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private final List<String> command = new ArrayList<>();
    private Process process;
    private RedisClient client;
    private StatefulRedisConnection<String, String> plain;

    private RedisServer(List<String> settings) throws IOException {
        var binary = LocalServer.redisCommand();
        LocalServer.requireInstalled(binary);
        directory = Files.createTempDirectory("redis");
        port = Ports.free();
        command.addAll(List.of(binary, "--port", String.valueOf(port), "--bind", "127.0.0.1", "--dir"));
        command.add(directory.toString());
        command.addAll(settings);
    }

    /** Forgets everything when it stops. */
    static RedisServer start() throws IOException {
        return start("--save", "", "--appendonly", "no");
    }

    /** A node of a cluster also listens on a port that is 10,000 higher, where somebody else may be. */
    static RedisServer start(String... settings) throws IOException {
        for (var tries = 1; ; tries++) {
            var server = new RedisServer(List.of(settings));
            try {
                server.run();
                return server;
            } catch (AssertionError ended) {
                server.close();
                if (tries == 5) {
                    throw ended;
                }
            }
        }
    }

    /** One that watches a primary and its replicas by itself. */
    static RedisServer sentinel(int primary) throws IOException {
        var server = new RedisServer(List.of("--sentinel"));
        var settings = server.directory.resolve("sentinel.conf");
        Files.writeString(
                settings,
                "sentinel monitor mymaster 127.0.0.1 " + primary + " 1\n"
                        + "sentinel down-after-milliseconds mymaster 500\n"
                        + "sentinel failover-timeout mymaster 3000\n");
        server.command.add(1, settings.toString());
        server.run();
        return server;
    }

    /** Starts it, again too, with what it has on its disk. */
    void run() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        var start = System.nanoTime();
        while (!answers()) {
            assertThat(process.isAlive()).as("redis-server runs").isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean answers() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return "+-".indexOf(socket.getInputStream().read()) >= 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** A plain client, as anybody could use one. */
    synchronized RedisCommands<String, String> plain() {
        if (client == null) {
            client = RedisClient.create(RedisURI.create("127.0.0.1", port));
            plain = client.connect();
        }
        return plain.sync();
    }

    /** What it answers to a command, as it comes over the wire. */
    String says(List<String> command) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream().write((String.join(" ", command) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The fields of a hash, their values in hexadecimal. */
    Map<String, String> hexHash(String key) {
        plain();
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            var hash = new TreeMap<String, String>();
            connection
                    .sync()
                    .hgetall(key.getBytes(StandardCharsets.UTF_8))
                    .forEach((field, value) -> hash.put(
                            new String(field, StandardCharsets.UTF_8),
                            HexFormat.of().formatHex(value)));
            return hash;
        }
    }

    /** Of the whole process. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** As an administrator stops it. */
    void stop() {
        process.destroy();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
        }
        kill();
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
