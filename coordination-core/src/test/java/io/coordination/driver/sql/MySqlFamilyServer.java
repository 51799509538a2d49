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

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntFunction;

/** What MySQL and MariaDB have in common. */
abstract class MySqlFamilyServer extends DatabaseServer {

    MySqlFamilyServer(Path directory, IntFunction<List<String>> command) {
        super(directory, command);
    }

    @Override
    Connection administrator(int port) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/mysql", "root", "");
    }

    @Override
    List<String> createApp() {
        return List.of(
                "CREATE DATABASE app",
                "CREATE USER app@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT ALL ON app.* TO app@'127.0.0.1'");
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    String quitSignal() {
        return "KILL";
    }
}
