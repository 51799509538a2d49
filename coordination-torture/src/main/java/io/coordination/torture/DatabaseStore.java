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
import io.coordination.driver.sql.MySqlServer;
import io.coordination.driver.sql.PostgreSqlServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A database, as durable as in production. */
final class DatabaseStore extends ServerStore {

    private final String name;
    private final DatabaseServer server;
    private final Locks locks;

    /** Who keeps exclusive locks. */
    enum Locks {
        /** Rows. */
        ROWS,
        /** A connection. */
        SESSION
    }

    private DatabaseStore(String name, DatabaseServer server, Locks locks) {
        this.name = name;
        this.server = server;
        this.locks = locks;
    }

    static DatabaseStore postgreSql(Locks locks) throws IOException {
        return new DatabaseStore("postgresql", PostgreSqlServer.open(), locks);
    }

    static DatabaseStore mariaDb(Locks locks) throws IOException {
        return new DatabaseStore("mariadb", MariaDbServer.open(), locks);
    }

    static DatabaseStore mySql(Locks locks) throws IOException {
        return new DatabaseStore("mysql", MySqlServer.open(), locks);
    }

    @Override
    public String name() {
        return locks == Locks.ROWS ? name : name + "-session";
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return server.url(lines.get(0).port()) + "?ssl=false" + (locks == Locks.ROWS ? "" : "&locks=session");
    }

    @Override
    public Duration lease() {
        return Store.seconds(3);
    }

    /** A connection that breaks frees its locks at once; its owner learns of it at the next renewal. */
    @Override
    public Duration overlap() {
        return locks == Locks.ROWS ? Duration.ZERO : lease().dividedBy(3);
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
