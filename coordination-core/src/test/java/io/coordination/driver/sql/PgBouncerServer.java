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
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** PgBouncer in front of a server, which lends a connection of the server for one transaction at a time. */
final class PgBouncerServer implements AutoCloseable {

    private final DatabaseServer behind;
    private final Path directory;
    private final LocalServer server;

    private PgBouncerServer(DatabaseServer behind, Path directory, List<String> settings) {
        this.behind = behind;
        this.directory = directory;
        this.server = LocalServer.start(new LocalServer.Kind() {
            @Override
            public List<String> command(int port) {
                return DatabaseServer.unprivileged(
                        List.of("pgbouncer", configuration(port, settings).toString()));
            }

            @Override
            public boolean isReady(Socket connected) {
                try (var connection = DriverManager.getConnection(
                        behind.jdbcUrl(connected.getPort()), behind.user(), behind.password())) {
                    return connection.isValid(5);
                } catch (SQLException notYet) {
                    return false;
                }
            }
        });
    }

    /** Settings are {@code name=value}. */
    static PgBouncerServer open(DatabaseServer behind, String... settings) throws IOException {
        LocalServer.requireInstalled("pgbouncer");
        var directory = Files.createTempDirectory("pgbouncer");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new PgBouncerServer(behind, directory, List.of(settings));
    }

    private Path configuration(int port, List<String> settings) {
        var lines = new ArrayList<>(List.of(
                "[databases]",
                behind.database() + " = host=127.0.0.1 port=" + behind.port(),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = plain",
                "auth_file = " + directory.resolve("users"),
                "pool_mode = transaction",
                "ignore_startup_parameters = extra_float_digits"));
        lines.addAll(settings);
        try {
            Files.write(directory.resolve("users"), List.of('"' + behind.user() + "\" \"" + behind.password() + '"'));
            return Files.write(directory.resolve("pgbouncer.ini"), lines);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What {@code coordination.url} is. */
    String url() {
        return behind.url(server.port());
    }

    String jdbcUrl() {
        return behind.jdbcUrl(server.port());
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        DatabaseServer.delete(directory);
    }
}
