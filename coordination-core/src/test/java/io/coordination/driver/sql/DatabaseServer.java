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
package io.coordination.driver.sql;

import io.coordination.contract.LocalServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * A real database server on a free port, in a directory of its own, as durable as in production, and gone at the end. An
 * ordinary user has a database of its own there, both named {@code app}.
 */
public abstract class DatabaseServer implements AutoCloseable {

    static final String PASSWORD = "s3cret";

    private static final String APP = "app";

    private final Path directory;
    private final LocalServer server;

    /** Starts it, with the command and its arguments for a port. */
    DatabaseServer(Path directory, IntFunction<List<String>> command) {
        this(directory, command, true);
    }

    /** Starts it; the ordinary user is there already unless it is fresh. */
    DatabaseServer(Path directory, IntFunction<List<String>> command, boolean fresh) {
        this.directory = directory;
        try {
            server = LocalServer.start(new LocalServer.Kind() {
                @Override
                public List<String> command(int port) {
                    return command.apply(port);
                }

                @Override
                public boolean isReady(Socket connected) {
                    try (var connection = administrator(connected.getPort())) {
                        return connection.isValid(5);
                    } catch (SQLException notYet) {
                        return false;
                    }
                }
            });
        } catch (RuntimeException | Error failure) {
            delete(directory);
            throw failure;
        }
        if (fresh) {
            execute(createApp());
        }
    }

    abstract String scheme();

    abstract List<String> createApp();

    /** Of the one who may do everything. */
    abstract Connection administrator(int port) throws SQLException;

    /** The signal that stops it in order without waiting for its clients. */
    abstract String stopSignal();

    /** The signal that stops it at once and leaves nothing behind in the system. */
    abstract String quitSignal();

    /** For a server that does not run as root. */
    static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        var other = new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
        other.addAll(command);
        return other;
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    static void run(List<String> command) throws IOException {
        var log = Files.createTempFile("database", ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(command + " failed:\n" + Files.readString(log));
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError(hurried);
        } finally {
            Files.delete(log);
        }
    }

    public final int port() {
        return server.port();
    }

    public final String user() {
        return APP;
    }

    public final String password() {
        return PASSWORD;
    }

    public final String database() {
        return APP;
    }

    /** What {@code coordination.url} is, with user and password. */
    public final String url() {
        return url(port());
    }

    /** The same over a proxy. */
    public final String url(int port) {
        return scheme() + "://" + APP + ":" + PASSWORD + "@127.0.0.1:" + port + "/" + APP;
    }

    /** Without user and password. */
    public final String jdbcUrl() {
        return jdbcUrl(port());
    }

    /** The same over a proxy. */
    public String jdbcUrl(int port) {
        return "jdbc:" + scheme() + "://127.0.0.1:" + port + "/" + APP;
    }

    /** A new connection of the ordinary user. */
    public final Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), APP, PASSWORD);
    }

    /** A new connection of the one who may do everything. */
    public final Connection administrator() throws SQLException {
        return administrator(port());
    }

    /** As the one who may do everything. */
    public final void execute(List<String> statements) {
        try (var connection = administrator();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The process and all that it started are sent a signal, {@code STOP} and {@code CONT} for example. */
    public final void signal(String name) {
        server.signal(name);
    }

    /** {@code kill -9}. */
    public final void kill() {
        server.stop();
    }

    /** As an administrator stops it who does not wait for clients. */
    public final void stop() {
        server.end(stopSignal());
    }

    /** Starts it again after it was stopped or killed, with its data, on its port. */
    public final void start() {
        server.run();
    }

    /** Stops it in order and starts it again. */
    public final void restart() {
        stop();
        start();
    }

    @Override
    public final void close() {
        signal("CONT");
        server.end(quitSignal());
        server.close();
        delete(directory);
    }

    static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
