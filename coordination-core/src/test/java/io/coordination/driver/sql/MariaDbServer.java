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

/** MariaDB of the distribution. */
public final class MariaDbServer extends MySqlFamilyServer {

    private MariaDbServer(Path directory, List<String> settings) {
        super(directory, port -> command(directory, settings, port));
    }

    /** Settings are {@code name=value}. */
    public static MariaDbServer open(String... settings) throws IOException {
        LocalServer.requireInstalled("mariadbd");
        LocalServer.requireInstalled("mariadb-install-db");
        var directory = Files.createTempDirectory("mariadb");
        run(List.of(
                "mariadb-install-db",
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + data(directory),
                "--auth-root-authentication-method=normal",
                "--innodb-log-file-size=16M",
                "--skip-test-db"));
        return new MariaDbServer(directory, List.of(settings));
    }

    private static List<String> command(Path directory, List<String> settings, int port) {
        var command = new ArrayList<>(List.of(
                "mariadbd",
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + data(directory),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--innodb-log-file-size=16M",
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid")));
        settings.forEach(setting -> command.add("--" + setting));
        return command;
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    @Override
    String scheme() {
        return "mariadb";
    }
}
