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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** MySQL 8.0.15 of a Maven artifact; it needs the distribution's libaio and libnuma. */
public final class MySqlServer extends MySqlFamilyServer {

    private static final String PACKED = "/mysql-Linux-amd64.tar.gz";

    private MySqlServer(Path directory, List<String> settings) {
        super(directory, port -> command(directory, settings, port));
    }

    /** Settings are {@code name=value}. */
    public static MySqlServer open(String... settings) throws IOException {
        var directory = Files.createTempDirectory("mysql");
        unpack(directory);
        run(with(directory, "--initialize-insecure"));
        return new MySqlServer(directory, List.of(settings));
    }

    private static void unpack(Path directory) throws IOException {
        try (var packed = MySqlServer.class.getResourceAsStream(PACKED)) {
            if (packed == null
                    || !System.getProperty("os.arch").equals("amd64")
                    || !System.getProperty("os.name").equals("Linux")) {
                DatabaseServer.delete(directory);
                LocalServer.requireInstalled("mysqld");
                Assumptions.abort("a mysqld that is installed is not used");
            }
            var file = directory.resolve("packed.tar.gz");
            Files.copy(packed, file);
            run(List.of(
                    "tar",
                    "--extract",
                    "--gzip",
                    "--no-same-owner",
                    "--file",
                    file.toString(),
                    "--directory",
                    directory.toString()));
            Files.delete(file);
        }
    }

    private static List<String> with(Path directory, String... more) {
        var command = new ArrayList<>(List.of(
                directory.resolve("bin").resolve("mysqld").toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--basedir=" + directory,
                "--lc-messages-dir=" + directory.resolve("share"),
                "--datadir=" + directory.resolve("data"),
                "--innodb-log-file-size=16M"));
        command.addAll(List.of(more));
        return command;
    }

    private static List<String> command(Path directory, List<String> settings, int port) {
        var command = with(
                directory,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--mysqlx=OFF",
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"));
        settings.forEach(setting -> command.add("--" + setting));
        return command;
    }

    @Override
    String scheme() {
        return "mysql";
    }

    /** Of the driver that is used for MariaDB, too. */
    @Override
    public String jdbcUrl(int port) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database() + "?allowPublicKeyRetrieval=true";
    }
}
