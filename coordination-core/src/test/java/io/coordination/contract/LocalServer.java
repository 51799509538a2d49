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
package io.coordination.contract;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import redis.embedded.core.ExecutableProvider;

/**
 * A real server of this machine on a port of its own. Where its command is not installed the test is aborted by name, or
 * fails where the build requires servers.
 */
public final class LocalServer implements AutoCloseable {

    /** Stands for the port in a command. */
    private static final String PORT = "<port>";

    private static final String REDIS = "redis-server";
    private static final List<String> MEMCACHED =
            List.of("memcached", "-u", "root", "-l", "127.0.0.1", "-U", "0", "-t", "1", "-p", PORT);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> command;
    private final String hello;
    private final String welcome;
    private final int port;
    private Process process;

    private LocalServer(String hello, String welcome, List<String> command) {
        requireInstalled(command.get(0));
        this.hello = hello;
        this.welcome = welcome;
        this.port = freePort();
        this.command = command.stream()
                .map(part -> part.equals(PORT) ? Integer.toString(port) : part)
                .toList();
        this.process = begin();
        ready();
    }

    /** A Redis that forgets everything when it stops. */
    public static LocalServer redis(String... settings) {
        return new LocalServer("PING", "+-", with(List.of(redisCommand(), "--save", "", "--port", PORT), settings));
    }

    /** One that speaks TLS only, with a certificate and a key from one file. */
    public static LocalServer redisWithTls(Path pem) {
        var keys = pem.toString();
        return new LocalServer(
                "",
                "",
                with(
                        List.of(redisCommand(), "--save", "", "--port", "0", "--tls-port", PORT),
                        "--tls-cert-file",
                        keys,
                        "--tls-key-file",
                        keys,
                        "--tls-ca-cert-file",
                        keys,
                        "--tls-auth-clients",
                        "no"));
    }

    /** The installed Redis, else the one that Maven brings. */
    public static String redisCommand() {
        return isInstalled(REDIS) ? REDIS : MavensRedis.COMMAND;
    }

    /** A memcached. */
    public static LocalServer memcached(String... options) {
        return new LocalServer("version", "V", with(MEMCACHED, options));
    }

    /** One that speaks TLS only, with a certificate and a key from one file. */
    public static LocalServer memcachedWithTls(Path pem) {
        return new LocalServer("", "", with(MEMCACHED, "-Z", "-o", "ssl_chain_cert=" + pem + ",ssl_key=" + pem));
    }

    private static List<String> with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    /** Unpacked once. */
    private static final class MavensRedis {

        static final String COMMAND = unpack();

        private static String unpack() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
            } catch (IOException | RuntimeException notForThisMachine) {
                return REDIS;
            }
        }
    }

    private static int freePort() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Aborts the test where a command is not there, or fails it where servers are required. */
    public static void requireInstalled(String command) {
        var installed = isInstalled(command);
        if (!installed && "required".equals(System.getProperty("coordination.servers"))) {
            throw new AssertionError(command + " is not installed");
        }
        Assumptions.assumeTrue(installed, command + " is not installed");
    }

    private static boolean isInstalled(String command) {
        return new File(command).isAbsolute()
                || Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> new File(directory, command).canExecute());
    }

    private Process begin() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void ready() {
        var start = System.nanoTime();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
                close();
                throw new AssertionError(command + " is not ready");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean isReady() {
        try (var connection = new Socket()) {
            connection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            connection.setSoTimeout(1000);
            if (hello.isEmpty()) {
                return true;
            }
            connection.getOutputStream().write((hello + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return welcome.indexOf(connection.getInputStream().read()) >= 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Kills it. */
    public void stop() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills it and starts it again on the same port. */
    public void restart() {
        stop();
        process = begin();
        ready();
    }

    @Override
    public void close() {
        stop();
    }
}
