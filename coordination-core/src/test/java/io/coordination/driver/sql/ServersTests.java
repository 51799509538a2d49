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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That the servers the other tests run on are real ones. */
@Tag("slow")
class ServersTests {

    @Test
    void postgreSqlKeepsWhatWasCommittedThroughAStopAndAKill() throws Exception {
        try (var server = PostgreSqlServer.open("max_connections=20")) {
            keepsWhatWasCommitted(server);
            assertThat(value(server, "SHOW max_connections")).isEqualTo("20");
            assertThat(value(server, "SHOW fsync")).isEqualTo("on");
        }
    }

    @Test
    void postgreSqlFromMavenRunsWhereNoneIsInstalled() throws Exception {
        try (var server = PostgreSqlServer.unpacked()) {
            assertThat(value(server, "SELECT version()")).startsWith("PostgreSQL 17.5");
        }
    }

    @Test
    void mariaDbKeepsWhatWasCommittedThroughAStopAndAKill() throws Exception {
        try (var server = MariaDbServer.open("max-connections=20")) {
            keepsWhatWasCommitted(server);
            assertThat(value(server, "SELECT @@max_connections")).isEqualTo("20");
            assertThat(value(server, "SELECT @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
        }
    }

    @Test
    void mySqlKeepsWhatWasCommittedThroughAStopAndAKill() throws Exception {
        try (var server = MySqlServer.open("max-connections=20")) {
            keepsWhatWasCommitted(server);
            assertThat(value(server, "SELECT @@max_connections")).isEqualTo("20");
            assertThat(value(server, "SELECT VERSION()")).startsWith("8.0.");
        }
    }

    @Test
    void pgBouncerLendsConnectionsForOneTransaction() throws Exception {
        try (var server = PostgreSqlServer.open();
                var bouncer = PgBouncerServer.open(server, "default_pool_size=1");
                var one = DriverManager.getConnection(bouncer.jdbcUrl(), server.user(), server.password());
                var other = DriverManager.getConnection(bouncer.jdbcUrl(), server.user(), server.password())) {
            assertThat(value(one, "SELECT pg_backend_pid()")).isEqualTo(value(other, "SELECT pg_backend_pid()"));
        }
    }

    private static void keepsWhatWasCommitted(DatabaseServer server) throws SQLException {
        try (var connection = server.connect()) {
            execute(connection, "CREATE TABLE kept (id INT)", "INSERT INTO kept VALUES (1)");
            server.restart();
            assertThatThrownBy(() -> execute(connection, "SELECT 1")).isInstanceOf(SQLException.class);
        }
        try (var connection = server.connect()) {
            execute(connection, "INSERT INTO kept VALUES (2)");
            server.kill();
            assertThatThrownBy(() -> execute(connection, "SELECT 1")).isInstanceOf(SQLException.class);
        }
        server.start();
        assertThat(value(server, "SELECT COUNT(*) FROM kept")).isEqualTo("2");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String value(DatabaseServer server, String query) throws SQLException {
        try (var connection = server.connect()) {
            return value(connection, query);
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
