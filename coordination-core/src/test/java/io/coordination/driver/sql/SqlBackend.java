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

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.contract.FaultProxy;
import io.coordination.contract.ProxiedBackend;
import io.coordination.spi.SessionState;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Members on a real server, behind a proxy, each run of a test in a namespace of its own. */
final class SqlBackend extends ProxiedBackend {

    private final DatabaseServer server;
    private final Duration poll;
    private final String locks;
    private final String namespace = UUID.randomUUID().toString();

    SqlBackend(DatabaseServer server, FaultProxy.Protocol protocol, Duration poll) throws IOException {
        this(server, protocol, poll, "rows");
    }

    SqlBackend(DatabaseServer server, FaultProxy.Protocol protocol, Duration poll, String locks) throws IOException {
        super(server.port(), protocol);
        this.server = server;
        this.poll = poll;
        this.locks = locks;
    }

    String namespace() {
        return namespace;
    }

    String url() {
        return server.url(proxy().port()) + "?ssl=false&locks=" + locks + "&namespace=" + namespace;
    }

    @Override
    public CoordinatorBuilder member() {
        return Coordinator.builder()
                .url(url())
                .sessionTimeout(Duration.ofSeconds(5))
                .pollInterval(poll);
    }

    @Override
    public Duration pollInterval() {
        return poll;
    }

    /** With MySQL's locks every lock is a row, too. */
    @Override
    public int tripsOfALock() {
        return locks.equals("session") && server instanceof MySqlServer ? 2 : 1;
    }

    /** One that finds it taken, and one that gets in line. */
    @Override
    public int tripsIntoLine() {
        return 2;
    }

    /** With the server's locks, a connection is made to wait on. */
    @Override
    public int tripsOfAWait() {
        return (locks.equals("session") ? 8 : 6) + 4 * (tripsOfALock() - 1);
    }

    /** Deletes the session's row, and waits until the member knows. */
    @Override
    public void expire(Coordinator member) {
        var lost = new AtomicBoolean();
        var told = member.onStateChange(state -> lost.compareAndSet(false, state == SessionState.LOST));
        endSession(member.memberId());
        while (!lost.get()) {
            LockSupport.parkNanos(1_000_000);
        }
        told.close();
    }

    void endSession(String member) {
        try (var connection = server.connect();
                var statement = connection.prepareStatement(
                        "DELETE FROM coordination_session WHERE namespace = ? AND member = ?")) {
            statement.setString(1, namespace);
            statement.setString(2, member);
            statement.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** A session may have two connections, and makes the second one when it needs it. */
    @Override
    public Map<String, Long> traces() {
        var sessions = count("coordination_session WHERE namespace = '" + namespace + "'");
        return Map.of(
                "sessions", sessions,
                "records", count("coordination_record WHERE namespace = '" + namespace + "'"),
                "connections",
                        Math.max(
                                2 * sessions,
                                count(
                                        server.scheme().equals("postgresql")
                                                ? "pg_stat_activity WHERE usename = 'app'"
                                                : "information_schema.processlist WHERE user = 'app'")));
    }

    private long count(String of) {
        try (var connection = server.connect();
                var statement = connection.createStatement();
                var counted = statement.executeQuery("SELECT COUNT(*) FROM " + of)) {
            counted.next();
            return counted.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
