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

import java.io.IOException;
import java.util.List;

/** The main class of a process with a database server that counts statements, for measurements. It ends with its input. */
public final class DatabaseProcess {

    private DatabaseProcess() {}

    /** Starts the server with the scheme of the argument, and says what follows it in its URL. */
    public static void main(String[] args) throws IOException {
        try (var server = open(args[0])) {
            System.out.println("address " + server.url().substring(args[0].length() + "://".length()));
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }

    private static DatabaseServer open(String scheme) throws IOException {
        return switch (scheme) {
            case "mariadb" -> MariaDbServer.open("max-connections=500");
            case "mysql" -> MySqlServer.open("max-connections=500");
            default -> postgreSql();
        };
    }

    private static PostgreSqlServer postgreSql() throws IOException {
        var server = PostgreSqlServer.open("max_connections=500", "shared_preload_libraries=pg_stat_statements");
        server.execute(List.of("CREATE EXTENSION pg_stat_statements"));
        return server;
    }
}
