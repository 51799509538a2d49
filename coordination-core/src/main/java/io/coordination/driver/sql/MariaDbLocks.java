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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET_LOCK} of MariaDB, whose names are the server's, not the database's, and have 64 characters. It has no shared
 * locks, so who takes one exclusively looks in the same statement whether there is a row of those who share it: the name
 * that is looked for comes of the lock's having been taken, so that it can not be looked for before.
 *
 * <p>Tokens are drawn from the sequence that rows use, too, and nobody waits until that is on the disk, so that a crash takes
 * the sequence back. It also empties a table in memory: whoever finds it empty lets the sequence leap. MySQL has no sequence: there
 * a lock is a row, too.
 */
final class MariaDbLocks implements ServerLocks {

    private static final int MILLIS = 1000;
    private static final String PREFIX = "coordination:";
    private static final int DIGITS = 48;

    private final Layout layout;
    private final boolean draws;
    private final SessionRows rows;
    private final String settled;
    private final String leap;
    private final String settle;
    private final String take;
    private final String pass;
    private volatile String database = "";

    MariaDbLocks(Layout layout, Flavor flavor) {
        this.layout = layout;
        draws = flavor == Flavor.MARIADB;
        rows = new SessionRows(layout, MariaDb.QUOTE, "CONNECTION_ID()");
        var sequence = layout.table("version", MariaDb.QUOTE);
        var life = layout.table("life", MariaDb.QUOTE);
        settled = "SELECT next_not_cached_value, (SELECT id FROM " + life + ") FROM " + sequence;
        leap = "SELECT SETVAL(" + sequence + ", %d)";
        settle = "INSERT IGNORE INTO " + life + " VALUES (1)";
        var shared = "(SELECT COUNT(*) FROM " + layout.table("record", MariaDb.QUOTE)
                + " WHERE namespace = ? AND kind = ? AND name = IF(l.got = 1, ?, NULL) AND owner IS NOT NULL)";
        // The limit has the inner query answered first, and once.
        var grant = "SELECT l.got, " + shared + ", IF(l.got = 1, NEXT VALUE FOR " + sequence
                + ", 0) FROM (SELECT %s AS got LIMIT 1) l";
        take = grant.formatted("GET_LOCK(?, 0)");
        pass = grant.formatted("IF(RELEASE_LOCK(?) = 1, GET_LOCK(?, 0), -1)");
    }

    @Override
    public long prepare(Connection connection, Duration silence) throws SQLException {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery("SELECT CONNECTION_ID(), DATABASE()")) {
            answer.next();
            database = String.valueOf(answer.getString(2));
            if (connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId() != answer.getLong(1)) {
                throw SessionRows.pooled();
            }
        }
        return limit(connection, silence);
    }

    /** In whole seconds. */
    @Override
    public long limit(Connection connection, Duration silence) throws SQLException {
        execute(connection, "SET SESSION wait_timeout = " + seconds(silence));
        return connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
    }

    private static long seconds(Duration duration) {
        return (duration.toMillis() + MILLIS - 1) / MILLIS;
    }

    @Override
    public boolean draws() {
        return draws;
    }

    /** Whoever comes at the same time may let it leap once more, but nobody draws before it did. */
    @Override
    public void settle(Connection connection) throws SQLException {
        if (!draws) {
            return;
        }
        long next;
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery(settled)) {
            answer.next();
            next = answer.getLong(1);
            if (answer.getObject(2) != null) {
                return;
            }
        }
        // It takes no other expression than a number.
        execute(connection, leap.formatted(next + Grant.LEAP));
        execute(connection, settle);
    }

    @Override
    public Grant take(Connection connection, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(take)) {
            bindRow(statement, key);
            statement.setString(4, name("lock", key));
            return grant(connection, statement, key);
        }
    }

    @Override
    public Grant pass(Connection connection, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(pass)) {
            bindRow(statement, key);
            statement.setString(4, name("lock", key));
            statement.setString(5, name("lock", key));
            return grant(connection, statement, key);
        }
    }

    private void bindRow(PreparedStatement statement, Key key) throws SQLException {
        statement.setString(1, layout.namespace());
        statement.setShort(2, Layout.kind(key));
        statement.setString(3, key.name());
    }

    private Grant grant(Connection connection, PreparedStatement statement, Key key) throws SQLException {
        try (var answer = statement.executeQuery()) {
            answer.next();
            var got = answer.getInt(1);
            if (answer.wasNull()) {
                throw new SQLException("the server could not say whether the lock is free", "HY000");
            }
            if (got != 1) {
                return Grant.without(got == 0 ? Outcome.REFUSED : Outcome.MISSING);
            }
            if (answer.getLong(2) == 0) {
                return new Grant(Outcome.TAKEN, answer.getLong(3));
            }
        }
        release(connection, key, Mode.EXCLUSIVE);
        return Grant.without(Outcome.SHARED);
    }

    @Override
    public boolean takeBesideRow(Connection connection, Key key) throws SQLException {
        return call(connection, "SELECT GET_LOCK(?, 0)", key);
    }

    @Override
    public boolean release(Connection connection, Key key, Mode mode) throws SQLException {
        return call(connection, "SELECT RELEASE_LOCK(?)", key);
    }

    @Override
    public boolean shares() {
        return false;
    }

    @Override
    public boolean share(Connection connection, Key key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isFree(Connection connection, Key key) throws SQLException {
        return call(connection, "SELECT IS_FREE_LOCK(?)", key);
    }

    @Override
    public boolean await(Connection connection, Key key, Duration longest) throws SQLException {
        var sql = "SELECT IF(GET_LOCK(?, ?) = 1, IF(GET_LOCK(?, ?) = 1, RELEASE_LOCK(?), 0), 0)";
        // MySQL takes whole ones only.
        var seconds = seconds(longest);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, name("line", key));
            statement.setLong(2, seconds);
            statement.setString(3, name("lock", key));
            statement.setLong(4, seconds);
            statement.setString(5, name("lock", key));
            try (var answer = statement.executeQuery()) {
                return answer.next() && answer.getInt(1) == 1;
            }
        } catch (SQLException failure) {
            if (Failure.isContention(failure) || Failure.isCancelled(failure)) {
                return false;
            }
            throw failure;
        }
    }

    @Override
    public void leave(Connection connection) throws SQLException {
        execute(connection, "DO RELEASE_ALL_LOCKS()");
    }

    @Override
    public void cancel(Connection connection, long backend) throws SQLException {
        kill(connection, "KILL QUERY " + backend);
    }

    @Override
    public void kill(Connection connection, long backend) throws SQLException {
        kill(connection, "KILL CONNECTION " + backend);
    }

    private static void kill(Connection connection, String sql) throws SQLException {
        try {
            execute(connection, sql);
        } catch (SQLException failure) {
            // It is gone already.
            if (failure.getErrorCode() != 1094) {
                throw failure;
            }
        }
    }

    @Override
    public @Nullable Owner owner(Connection connection, Key key) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT IS_USED_LOCK(?)")) {
            statement.setString(1, name("lock", key));
            try (var answer = statement.executeQuery()) {
                answer.next();
                var backend = answer.getLong(1);
                return answer.wasNull() ? null : rows.owner(connection, backend);
            }
        }
    }

    @Override
    public SessionRows rows() {
        return rows;
    }

    private String name(String purpose, Key key) {
        var digest = layout.digest(purpose + ":" + database + ":", key);
        return PREFIX + HexFormat.of().formatHex(digest).substring(0, DIGITS);
    }

    private boolean call(Connection connection, String sql, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, name("lock", key));
            try (var answer = statement.executeQuery()) {
                return answer.next() && answer.getInt(1) == 1;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
