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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A real server of this machine on a port of its own. Where its command is not installed the test is aborted by name, or
 * fails where the build requires servers.
 */
public final class LocalServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What a server needs to be told. */
    public interface Kind {

        /** The command and its arguments for a port. */
        List<String> command(int port);

        /** Whether the server that was just connected to answers as it should. */
        boolean isReady(Socket connection) throws IOException;
    }

    private final Kind kind;
    private final int port;
    private Process process;

    private LocalServer(Kind kind, int port) {
        this.kind = kind;
        this.port = port;
        this.process = begin();
    }

    /** Starts a server on a free port and waits until it is ready. */
    public static LocalServer start(Kind kind) {
        requireInstalled(kind.command(0).get(0));
        return new LocalServer(kind, freePort()).ready();
    }

    private static int freePort() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void requireInstalled(String command) {
        var installed = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(directory -> new File(directory, command).canExecute());
        if (!installed && "required".equals(System.getProperty("coordination.servers"))) {
            throw new AssertionError(command + " is not installed");
        }
        Assumptions.assumeTrue(installed, command + " is not installed");
    }

    private Process begin() {
        try {
            return new ProcessBuilder(new ArrayList<>(kind.command(port)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private LocalServer ready() {
        var start = System.nanoTime();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
                close();
                throw new AssertionError(kind.command(port) + " is not ready");
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
