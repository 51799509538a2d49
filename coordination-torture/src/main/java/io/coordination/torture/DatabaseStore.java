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
package io.coordination.torture;

import io.coordination.contract.FaultProxy;
import io.coordination.driver.sql.DatabaseServer;
import io.coordination.driver.sql.MariaDbServer;
import io.coordination.driver.sql.PostgreSqlServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A database, as durable as in production. */
final class DatabaseStore extends ServerStore {

    private final String name;
    private final DatabaseServer server;

    private DatabaseStore(String name, DatabaseServer server) {
        this.name = name;
        this.server = server;
    }

    static DatabaseStore postgreSql() throws IOException {
        return new DatabaseStore("postgresql", PostgreSqlServer.open());
    }

    static DatabaseStore mariaDb() throws IOException {
        return new DatabaseStore("mariadb", MariaDbServer.open());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return server.url(lines.get(0).port()) + "?ssl=false";
    }

    @Override
    public Duration lease() {
        return Store.seconds(3);
    }

    @Override
    void signal(String signal) {
        server.signal(signal);
    }

    @Override
    void kill() {
        server.kill();
    }

    @Override
    void startAgain() {
        server.start();
    }

    @Override
    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
