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
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PostgreSQL of the distribution, or that of a Maven artifact where there is none. */
public final class PostgreSqlServer extends DatabaseServer {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String PACKED = "/postgres-linux-x86_64.txz";

    private PostgreSqlServer(Path directory, Path programs, List<String> settings, boolean fresh) {
        super(directory, port -> command(directory, programs, settings, port), fresh);
    }

    /** Settings are {@code name=value}. */
    public static PostgreSqlServer open(String... settings) throws IOException {
        var directory = directory();
        var installed = installed();
        return open(directory, installed == null ? unpack(directory) : installed, settings);
    }

    /** The one of the Maven artifact. */
    static PostgreSqlServer unpacked() throws IOException {
        var directory = directory();
        return open(directory, unpack(directory));
    }

    private static Path directory() throws IOException {
        var directory = Files.createTempDirectory("postgresql");
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static PostgreSqlServer open(Path directory, Path programs, String... settings) throws IOException {
        var data = Files.createDirectory(data(directory));
        var password = Files.writeString(directory.resolve("password"), PASSWORD);
        if (isRoot()) {
            run(List.of("chown", "nobody", data.toString(), password.toString()));
        }
        run(unprivileged(List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=postgres",
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync")));
        return new PostgreSqlServer(directory, programs, List.of(settings), true);
    }

    /** A replica that follows another server and can be read. */
    static PostgreSqlServer replicaOf(PostgreSqlServer primary) throws IOException {
        var programs = installed();
        if (programs == null || !Files.isExecutable(programs.resolve("pg_basebackup"))) {
            LocalServer.requireInstalled("pg_basebackup");
            throw new AssertionError("pg_basebackup is there, but not beside postgres");
        }
        var directory = directory();
        var data = Files.createDirectory(data(directory));
        if (isRoot()) {
            run(List.of("chown", "nobody", data.toString()));
        }
        run(unprivileged(List.of(
                programs.resolve("pg_basebackup").toString(),
                "--dbname=host=127.0.0.1 user=postgres password=" + PASSWORD + " port=" + primary.port(),
                "--pgdata=" + data,
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync")));
        run(unprivileged(List.of("chmod", "0700", data.toString())));
        return new PostgreSqlServer(directory, programs, List.of(), false);
    }

    /** The replica takes writes from now on. */
    void promote() {
        execute(List.of("SELECT pg_promote()"));
    }

    private static List<String> command(Path directory, Path programs, List<String> settings, int port) {
        var command = new ArrayList<>(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                data(directory).toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories="));
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        return unprivileged(command);
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    /** Where the newest programs are that are installed. */
    private static @Nullable Path installed() throws IOException {
        var candidates = new ArrayList<Path>();
        if (Files.isDirectory(DEBIAN)) {
            try (var versions = Files.list(DEBIAN)) {
                versions.sorted(Comparator.comparing((Path version) ->
                                        version.getFileName().toString().length())
                                .thenComparing(Path::getFileName)
                                .reversed())
                        .map(version -> version.resolve("bin"))
                        .forEach(candidates::add);
            }
        }
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(Path::of)
                .forEach(candidates::add);
        for (var candidate : candidates) {
            if (Files.isExecutable(candidate.resolve("postgres")) && Files.isExecutable(candidate.resolve("initdb"))) {
                return candidate;
            }
        }
        return null;
    }

    private static Path unpack(Path directory) throws IOException {
        var into = directory.resolve("programs");
        try (var packed = PostgreSqlServer.class.getResourceAsStream(PACKED)) {
            if (packed == null || !System.getProperty("os.arch").equals("amd64")) {
                DatabaseServer.delete(directory);
                LocalServer.requireInstalled("postgres");
                throw new AssertionError("postgres is there, but initdb is not");
            }
            Files.createDirectory(into);
            var file = into.resolve("packed.txz");
            Files.copy(packed, file);
            run(List.of(
                    "tar",
                    "--extract",
                    "--xz",
                    "--no-same-owner",
                    "--file",
                    file.toString(),
                    "--directory",
                    into.toString()));
            Files.delete(file);
        }
        return into.resolve("bin");
    }

    @Override
    String scheme() {
        return "postgresql";
    }

    @Override
    Connection administrator(int port) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", PASSWORD);
    }

    @Override
    List<String> createApp() {
        return List.of("CREATE ROLE app LOGIN PASSWORD '" + PASSWORD + "'", "CREATE DATABASE app OWNER app");
    }

    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    String quitSignal() {
        return "QUIT";
    }
}
