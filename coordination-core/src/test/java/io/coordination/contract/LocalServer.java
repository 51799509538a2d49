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
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    private static final String REDIS = "redis-server";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What is run, and how it is known to be there. */
    public interface Kind {

        /** The command line of a server on a port. */
        List<String> command(int port);

        /** Whether the server behind a new connection can be used already. */
        boolean isReady(Socket connection) throws IOException;
    }

    private final Kind kind;
    private final int port;
    private final Path log;
    private Process process;

    private LocalServer(Kind kind, int port) throws IOException {
        this.kind = kind;
        this.port = port;
        this.log = Files.createTempFile("server", ".log");
        this.process = begin();
    }

    /** Starts a server on a free port and waits until it is ready. */
    public static LocalServer start(Kind kind) {
        requireInstalled(kind.command(0).get(0));
        try {
            return new LocalServer(kind, Ports.free()).ready();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A Redis that forgets everything when it stops. */
    public static LocalServer redis(String... settings) {
        return start(new Greeted("PING", "+-") {
            @Override
            public List<String> command(int port) {
                return with(List.of(redisCommand(), "--save", "", "--port", "" + port), settings);
            }
        });
    }

    /** One that speaks TLS only, with a certificate and a key from one file. */
    public static LocalServer redisWithTls(Path pem) {
        var keys = pem.toString();
        return start(new Greeted("", "") {
            @Override
            public List<String> command(int port) {
                return with(
                        List.of(redisCommand(), "--save", "", "--port", "0", "--tls-port", "" + port),
                        "--tls-cert-file",
                        keys,
                        "--tls-key-file",
                        keys,
                        "--tls-ca-cert-file",
                        keys,
                        "--tls-auth-clients",
                        "no");
            }
        });
    }

    /** The installed Redis, else the one that Maven brings. */
    public static String redisCommand() {
        return isInstalled(REDIS) ? REDIS : MavensRedis.COMMAND;
    }

    /** A memcached. */
    public static LocalServer memcached(String... options) {
        return runMemcached("version", "V", options);
    }

    /** One that speaks TLS only, with a certificate and a key from one file. */
    public static LocalServer memcachedWithTls(Path pem) {
        return runMemcached("", "", "-Z", "-o", "ssl_chain_cert=" + pem + ",ssl_key=" + pem);
    }

    private static LocalServer runMemcached(String hello, String welcome, String... options) {
        return start(new Greeted(hello, welcome) {
            @Override
            public List<String> command(int port) {
                return with(
                        List.of("memcached", "-u", "root", "-l", "127.0.0.1", "-U", "0", "-t", "1", "-p", "" + port),
                        options);
            }
        });
    }

    private static List<String> with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    /** A kind that answers a line; nothing is said where the line is empty. */
    private abstract static class Greeted implements Kind {

        private final String hello;
        private final String welcome;

        Greeted(String hello, String welcome) {
            this.hello = hello;
            this.welcome = welcome;
        }

        @Override
        public boolean isReady(Socket connection) throws IOException {
            if (hello.isEmpty()) {
                return true;
            }
            connection.getOutputStream().write((hello + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return welcome.indexOf(connection.getInputStream().read()) >= 0;
        }
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

    /** Aborts the test where a command is neither on the path nor a file, or fails it where the build requires servers. */
    public static void requireInstalled(String command) {
        var installed = isInstalled(command);
        if (!installed && "required".equals(System.getProperty("coordination.servers"))) {
            throw new AssertionError(command + " is not installed");
        }
        Assumptions.assumeTrue(installed, command + " is not installed");
    }

    private static boolean isInstalled(String command) {
        return Stream.concat(Stream.of(""), Stream.of(System.getenv("PATH").split(File.pathSeparator)))
                .map(directory -> Path.of(directory, command))
                .anyMatch(file -> file.isAbsolute() && Files.isExecutable(file));
    }

    private Process begin() {
        try {
            return new ProcessBuilder(kind.command(port))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private LocalServer ready() throws IOException {
        var start = System.nanoTime();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
                var said = Files.readString(log);
                close();
                throw new AssertionError(kind.command(port) + " is not ready:\n" + said);
            }
            LockSupport.parkNanos(5_000_000);
        }
        return this;
    }

    private boolean isReady() {
        try (var connection = new Socket()) {
            connection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            connection.setSoTimeout(1000);
            return kind.isReady(connection);
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

    /** What it and what it started are sent, {@code STOP} and {@code CONT} for example. */
    public void signal(String name) {
        signal(name, all());
    }

    private static void signal(String name, List<ProcessHandle> whom) {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        whom.forEach(one -> command.add(String.valueOf(one.pid())));
        try {
            new ProcessBuilder(command).start().waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills it, with what it started. */
    public void stop() {
        var all = all();
        all.forEach(ProcessHandle::destroyForcibly);
        await(all);
    }

    /** Ends it as an administrator does, by a signal to it alone. */
    public void end(String signal) {
        var all = all();
        signal(signal, List.of(process.toHandle()));
        await(all);
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    private static void await(List<ProcessHandle> ending) {
        ending.forEach(one ->
                one.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
    }

    /** Starts it again on the same port, after it was stopped. */
    public void run() {
        try {
            process = begin();
            ready();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Kills it and starts it again on the same port. */
    public void restart() {
        stop();
        run();
    }

    @Override
    public void close() {
        stop();
        log.toFile().delete();
    }
}
