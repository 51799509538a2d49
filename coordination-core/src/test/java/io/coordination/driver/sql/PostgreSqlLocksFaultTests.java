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

import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.AccessRefusedException;
import io.coordination.Coordinator;
import io.coordination.contract.Contract;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Faults under the locks that PostgreSQL keeps for a connection. */
@Tag("slow")
class PostgreSqlLocksFaultTests extends DrawnTokensFaultContract {

    private static PostgreSqlServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = PostgreSqlServer.open();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DatabaseServer server() {
        return server;
    }

    @Override
    String end(long backend) {
        return "SELECT pg_terminate_backend(" + backend + ")";
    }

    @Override
    Dialect dialect(Layout layout) {
        return new PostgreSql(layout);
    }

    @Override
    String draw() {
        return "SELECT nextval('coordination_version')";
    }

    /** It ends all the others, and the server recovers without a start. */
    @Test
    void tokensRiseOverTheCrashOfAnotherConnection() throws Exception {
        var url = server.url() + "?ssl=false&locks=session&timeout=3";
        try (var a = Coordinator.builder().url(url).memberId("a").open();
                var connection = server.connect()) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var told = Contract.told(lease);
            var backend = connection.unwrap(PGConnection.class).getBackendPID();
            assertThat(new ProcessBuilder("kill", "-9", String.valueOf(backend))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(told.get(20, TimeUnit.SECONDS)).isNotNull();
            var next = inBackground(() -> a.lock("x").acquire()).get(20, TimeUnit.SECONDS);
            assertThat(next.token()).isGreaterThan(lease.token() + Integer.MAX_VALUE);
        }
    }

    @Test
    void poolerIsRefused() throws Exception {
        try (var pooler = PgBouncerServer.open(server, "default_pool_size=3")) {
            assertThatExceptionOfType(AccessRefusedException.class)
                    .isThrownBy(() -> Coordinator.builder()
                            .url(pooler.url() + "?ssl=false&locks=session")
                            .open())
                    .withMessageContaining("a pooler or proxy")
                    .withMessageContaining("locks=session");
        }
    }

    @Test
    void freeLockWritesToTheLogOnlyWhatTokensNeed() throws Exception {
        var url = server.url() + "?ssl=false&locks=session&timeout=600";
        try (var a = Coordinator.builder().url(url).memberId("a").open();
                var connection = server.connect()) {
            a.lock("x").tryAcquire().orElseThrow().close();
            var before = written(connection);
            for (var i = 0; i < 330; i++) {
                a.lock("x").tryAcquire().orElseThrow().close();
            }
            // One value of the sequence in 33 is logged; a page of it may go along once.
            assertThat(written(connection) - before).isLessThan(330 / 33 * 400 + 2 * 8192L);
        }
    }

    private static long written(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
