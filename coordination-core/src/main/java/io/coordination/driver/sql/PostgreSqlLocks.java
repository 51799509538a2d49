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

import io.coordination.driver.sql.ServerLocks.Grant.Outcome;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Advisory locks of PostgreSQL. Tokens are drawn from the sequence that rows use, too, and nobody waits until that is on the
 * disk, so that a crash or a fail-over takes the sequence back. Both also empty a table that is not logged: whoever finds it
 * empty lets the sequence leap.
 */
final class PostgreSqlLocks implements ServerLocks {

    private static final int LEAST_VERSION = 140_000;

    private final Layout layout;
    private final SessionRows rows;
    private final String settle;
    private final String take;
    private final String pass;

    PostgreSqlLocks(Layout layout) {
        this.layout = layout;
        rows = new SessionRows(layout, PostgreSql.QUOTE, "pg_backend_pid()");
        var sequence = layout.table("version", PostgreSql.QUOTE);
        settle = "WITH first AS (INSERT INTO " + layout.table("life", PostgreSql.QUOTE)
                + " VALUES (1) ON CONFLICT DO NOTHING RETURNING id) SELECT setval('" + sequence
                + "', (SELECT last_value FROM " + sequence + ") + " + Grant.LEAP + ") FROM first";
        var taking = "CASE WHEN pg_try_advisory_lock(?) THEN nextval('" + sequence + "') ELSE 0 END";
        take = "SELECT " + taking;
        pass = "SELECT CASE WHEN pg_advisory_unlock(?) THEN " + taking + " ELSE -1 END";
    }

    @Override
    public long prepare(Connection connection, Duration silence) throws SQLException {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery("SELECT pg_backend_pid(),"
                        + " current_setting('server_version_num')::int, current_setting('server_version')")) {
            answer.next();
            if (answer.getInt(2) < LEAST_VERSION) {
                throw SessionRows.tooOld(answer.getString(3), "PostgreSQL 14 or newer");
            }
            if (connection.unwrap(PGConnection.class).getBackendPID() != answer.getLong(1)) {
                throw SessionRows.pooled();
            }
        }
        return limit(connection, silence);
    }

    /** What such connections write counts for nothing after a crash, so nobody waits until it is on the disk. */
    @Override
    public long limit(Connection connection, Duration silence) throws SQLException {
        execute(
                connection,
                "SELECT set_config('idle_session_timeout', '" + silence.toMillis()
                        + "', false), set_config('statement_timeout', '0', false),"
                        + " set_config('synchronous_commit', 'off', false)");
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    @Override
    public boolean draws() {
        return true;
    }

    @Override
    public void settle(Connection connection) throws SQLException {
        execute(connection, settle);
    }

    @Override
    public Grant take(Connection connection, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(take)) {
            statement.setLong(1, number("lock", key));
            return grant(statement);
        }
    }

    @Override
    public Grant pass(Connection connection, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(pass)) {
            statement.setLong(1, number("lock", key));
            statement.setLong(2, number("lock", key));
            return grant(statement);
        }
    }

    private static Grant grant(PreparedStatement statement) throws SQLException {
        try (var answer = statement.executeQuery()) {
            answer.next();
            var token = answer.getLong(1);
            return token > 0
                    ? new Grant(Outcome.TAKEN, token)
                    : Grant.without(token == 0 ? Outcome.REFUSED : Outcome.MISSING);
        }
    }

    @Override
    public boolean takeBesideRow(Connection connection, Key key) throws SQLException {
        return call(connection, "SELECT pg_try_advisory_lock(?)", number("lock", key));
    }

    @Override
    public boolean release(Connection connection, Key key, Mode mode) throws SQLException {
        var function = mode.equals(Mode.EXCLUSIVE) ? "pg_advisory_unlock" : "pg_advisory_unlock_shared";
        return call(connection, "SELECT " + function + "(?)", number("lock", key));
    }

    @Override
    public boolean shares() {
        return true;
    }

    @Override
    public boolean share(Connection connection, Key key) throws SQLException {
        return call(connection, "SELECT pg_try_advisory_lock_shared(?)", number("lock", key));
    }

    @Override
    public boolean isFree(Connection connection, Key key) throws SQLException {
        return backend(connection, key) == null;
    }

    @Override
    public boolean await(Connection connection, Key key, Duration longest) throws SQLException {
        var sql = "SELECT set_config('lock_timeout', ?, false), pg_advisory_lock(?), pg_advisory_lock(?),"
                + " pg_advisory_unlock(?)";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, String.valueOf(longest.toMillis()));
            statement.setLong(2, number("line", key));
            statement.setLong(3, number("lock", key));
            statement.setLong(4, number("lock", key));
            statement.execute();
            return true;
        } catch (SQLException failure) {
            if (Failure.isContention(failure) || Failure.isCancelled(failure)) {
                return false;
            }
            throw failure;
        }
    }

    @Override
    public void leave(Connection connection) throws SQLException {
        execute(connection, "SELECT pg_advisory_unlock_all()");
    }

    @Override
    public void cancel(Connection connection, long backend) throws SQLException {
        call(connection, "SELECT pg_cancel_backend(?::int)", backend);
    }

    @Override
    public void kill(Connection connection, long backend) throws SQLException {
        call(connection, "SELECT pg_terminate_backend(?::int)", backend);
    }

    @Override
    public @Nullable Owner owner(Connection connection, Key key) throws SQLException {
        var backend = backend(connection, key);
        return backend == null ? null : rows.owner(connection, backend);
    }

    private @Nullable Long backend(Connection connection, Key key) throws SQLException {
        var sql = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'"
                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                + " AND classid = ?::bigint::oid AND objid = ?::bigint::oid AND objsubid = 1";
        try (var statement = connection.prepareStatement(sql)) {
            var number = number("lock", key);
            statement.setLong(1, number >>> 32);
            statement.setLong(2, number & 0xffff_ffffL);
            try (var answer = statement.executeQuery()) {
                return answer.next() ? answer.getLong(1) : null;
            }
        }
    }

    @Override
    public SessionRows rows() {
        return rows;
    }

    private long number(String purpose, Key key) {
        return ByteBuffer.wrap(layout.digest(purpose, key)).getLong();
    }

    private static boolean call(Connection connection, String sql, long number) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, number);
            try (var answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
