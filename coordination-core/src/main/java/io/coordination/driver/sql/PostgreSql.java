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

import io.coordination.driver.sql.Change.Found;
import io.coordination.driver.sql.Change.Outcome;
import io.coordination.spi.Key;
import io.coordination.spi.TokenDurability;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL. The number of a write is drawn from a sequence, whose values are never given out again after a crash of a server
 * that commits to disk. A row is changed only as it was when it was read, so its next number is drawn after its last one. A row
 * that appears anew has none before it to be compared with: it is drawn under a lock of its name that its removal takes, too,
 * so that no number that was drawn while the row was still there can come after it.
 */
final class PostgreSql implements Dialect {

    static final char QUOTE = '"';
    private static final String ROW = "namespace = ? AND kind = ? AND name = ?";
    private static final String LEFT = "(extract(epoch FROM expires - clock_timestamp()) * 1000000)::bigint";
    private static final String REMOVED = " RETURNING 0::bigint AS version";
    private static final String MICROS = " * interval '1 microsecond'";

    private final Layout layout;
    private final Keys keys;
    private final String records;
    private final String sessions;
    private final String alive;
    private final String remains;
    private final String next;
    private final Write insert;
    private final Write update;
    private final Write delete;
    private final Write deleteSoon;
    private final String rows;

    PostgreSql(Layout layout) {
        this.layout = layout;
        records = layout.table("record", QUOTE);
        sessions = layout.table("session", QUOTE);
        keys = new Keys(layout, records, sessions);
        next = "nextval('" + layout.table("version", QUOTE) + "')";
        alive = "EXISTS (SELECT 1 FROM " + sessions + " WHERE id = ? AND expires > clock_timestamp())";
        remains = "(SELECT " + LEFT + " FROM " + sessions + " s WHERE s.id = owner)";
        // A number of 64 bits, the same for all who have to do with the name and these tables.
        var locked = "pg_advisory_xact_lock(hashtextextended(?, " + layout.number(Key.lock("gate")) + "))";
        insert =
                new Write("INSERT INTO " + records + " (namespace, kind, name, version, owner, content) SELECT ?, ?, ?,"
                        + " CASE WHEN " + locked + " IS NULL THEN 0 ELSE %s END, ?, ? WHERE " + alive
                        + " ON CONFLICT DO NOTHING RETURNING version");
        update = new Write("UPDATE " + records + " SET version = %s, owner = ?, content = ? WHERE " + ROW
                + " AND version = ? AND " + alive + " RETURNING version");
        var gone = "DELETE FROM " + records + " WHERE " + ROW + " AND version = ? AND " + locked + " IS NOT NULL";
        delete = new Write(gone + REMOVED);
        deleteSoon = new Write(gone + " AND set_config('synchronous_commit', 'off', true) IS NOT NULL" + REMOVED);
        rows = "SELECT 1 AS what, r.kind, r.name, r.version,"
                + " CASE WHEN r.version = k.version THEN NULL ELSE r.content END AS content"
                + " FROM unnest(?::smallint[], ?::text[], ?::bigint[]) AS k(kind, name, version)"
                + " JOIN " + records + " r ON r.namespace = ? AND r.kind = k.kind AND r.name = k.name";
    }

    @Override
    public void createTables(Connection connection) throws SQLException {
        for (var sql : layout.script("postgresql.sql", QUOTE)) {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException failure) {
                // Two that create the same at once can meet in the catalogue.
                if (!"23505".equals(failure.getSQLState()) && !"42P07".equals(failure.getSQLState())) {
                    throw failure;
                }
            }
        }
    }

    @Override
    public void prepare(Connection connection) {}

    @Override
    public TokenDurability tokens(Connection connection) throws SQLException {
        var sql = "SELECT current_setting('synchronous_commit') <> 'off' AND current_setting('fsync') = 'on',"
                + " current_setting('synchronous_standby_names') <> '',"
                + " EXISTS (SELECT 1 FROM pg_stat_replication)";
        try (var statement = connection.prepareStatement(sql);
                var answer = statement.executeQuery()) {
            answer.next();
            if (!answer.getBoolean(1)) {
                return TokenDurability.VOLATILE;
            }
            return answer.getBoolean(2) || !answer.getBoolean(3)
                    ? TokenDurability.DURABLE
                    : TokenDurability.FAILOVER_UNSAFE;
        }
    }

    @Override
    public void bury(Connection connection) throws SQLException {
        var sql = "DELETE FROM " + sessions + " WHERE id IN (SELECT id FROM " + sessions
                + " WHERE expires <= clock_timestamp() FOR UPDATE SKIP LOCKED)";
        try (var statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }

    @Override
    public void bury(Connection connection, Collection<String> ids) throws SQLException {
        var sql = "DELETE FROM " + sessions + " WHERE id = ANY(?) AND expires <= clock_timestamp()";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            statement.executeUpdate();
        }
    }

    @Override
    public void begin(Connection connection, String session, String member, Duration lease, @Nullable Long backend)
            throws SQLException {
        var sql = "INSERT INTO " + sessions + " (id, namespace, member, expires, backend)"
                + " VALUES (?, ?, ?, clock_timestamp() + ?" + MICROS + ", ?)";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, session);
            statement.setString(2, layout.namespace());
            statement.setString(3, member);
            statement.setLong(4, micros(lease));
            statement.setObject(5, backend, Types.BIGINT);
            statement.executeUpdate();
        }
    }

    @Override
    public boolean isOtherWay(Connection connection, boolean serverLocks) throws SQLException {
        var sql = "SELECT 1 FROM " + sessions + " WHERE namespace = ? AND expires > clock_timestamp() AND backend IS "
                + (serverLocks ? "NULL" : "NOT NULL") + " LIMIT 1";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, layout.namespace());
            try (var answer = statement.executeQuery()) {
                return answer.next();
            }
        }
    }

    @Override
    public void end(Connection connection, String session) throws SQLException {
        try (var statement = connection.prepareStatement("DELETE FROM " + sessions + " WHERE id = ?")) {
            statement.setString(1, session);
            statement.executeUpdate();
        }
    }

    /** A write in two forms. */
    private final class Write {

        /** Draws one number. */
        private final String brief;
        /** Draws as many as are needed, and tells in the same step; or else reads what is there instead. */
        private final String full;

        /** With a place for the number, where it has one. */
        Write(String sql) {
            brief = sql.replace("%s", next);
            full = "WITH written AS (" + sql.replace("%s", "(SELECT max(" + next + ") FROM generate_series(1, ?))")
                    + ") SELECT version, (SELECT count(pg_notify(channel, ? || version || ?))"
                    + " FROM unnest(?::text[]) AS channel) AS told,"
                    + " NULL::boolean AS alive, NULL::bytea AS content, NULL::text AS owner, NULL::bigint AS remains"
                    + " FROM written UNION ALL SELECT version, -1, " + alive + ", content, owner, " + remains + " FROM "
                    + records + " WHERE " + ROW + " AND NOT EXISTS (SELECT 1 FROM written)";
        }
    }

    @Override
    public Outcome write(Connection connection, Change change) throws SQLException {
        var full = change.contended() || change.grants() > 1 || !change.tell().isEmpty();
        var write = write(change);
        try (var statement = connection.prepareStatement(full ? write.full : write.brief)) {
            var at = bind(statement, change, full);
            if (full) {
                var message = PostgreSqlBell.message(change.key(), change.content());
                statement.setString(at++, message.beforeVersion());
                statement.setString(at++, message.afterVersion());
                var channels = change.tell().stream().map(PostgreSql::channel).toArray();
                statement.setArray(at++, connection.createArrayOf("text", channels));
                statement.setString(at++, change.session());
                at = keys.bind(statement, at, change.key());
            }
            try (var answer = statement.executeQuery()) {
                return outcome(answer, full);
            }
        }
    }

    private Write write(Change change) {
        if (change.before() == null) {
            return insert;
        }
        if (change.content() != null) {
            return update;
        }
        return change.soon() ? deleteSoon : delete;
    }

    private int bind(PreparedStatement statement, Change change, boolean full) throws SQLException {
        var at = 1;
        var before = change.before();
        var content = change.content();
        if (before == null) {
            at = keys.bind(statement, at, change.key());
            statement.setString(at++, change.key().name());
        }
        if (content != null) {
            if (full) {
                statement.setInt(at++, Math.max(1, change.grants()));
            }
            statement.setString(at++, change.owner());
            statement.setBytes(at++, content);
        }
        if (before != null) {
            at = keys.bind(statement, at, change.key());
            statement.setLong(at++, before.version());
        }
        if (content == null) {
            statement.setString(at++, change.key().name());
        } else {
            statement.setString(at++, change.session());
        }
        return at;
    }

    private static Outcome outcome(ResultSet answer, boolean full) throws SQLException {
        if (!answer.next()) {
            return new Outcome(Outcome.REFUSED, null);
        }
        if (!full || answer.getLong(2) >= 0) {
            return new Outcome(answer.getLong(1), null);
        }
        return new Outcome(Outcome.REFUSED, found(answer, 1, 3, 4));
    }

    @Override
    public Found read(Connection connection, String session, Key key) throws SQLException {
        var sql = "SELECT s.alive, version, content, owner, " + remains + " FROM (SELECT " + alive
                + " AS alive) s LEFT JOIN " + records + " ON " + ROW;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, session);
            keys.bind(statement, 2, key);
            try (var answer = statement.executeQuery()) {
                answer.next();
                return found(answer, 2, 1, 3);
            }
        }
    }

    /** The owner and what remains of its lease come after the content. */
    private static Found found(ResultSet answer, int version, int alive, int content) throws SQLException {
        var bytes = answer.getBytes(content);
        var row = bytes == null ? null : new Row(answer.getLong(version), bytes);
        var remains = answer.getLong(content + 2);
        var left = answer.wasNull() ? null : Long.valueOf(remains);
        return new Found(answer.getBoolean(alive), row, answer.getString(content + 1), left);
    }

    @Override
    public Map<Key, Row> read(Connection connection, Collection<Key> keys, Map<Key, Row> known) throws SQLException {
        try (var statement = connection.prepareStatement(rows)) {
            bind(statement, 1, connection, keys, known);
            try (var answer = statement.executeQuery()) {
                return renewal(answer, known).rows();
            }
        }
    }

    private int bind(
            PreparedStatement statement, int at, Connection connection, Collection<Key> keys, Map<Key, Row> known)
            throws SQLException {
        var kinds = new ArrayList<Short>(keys.size());
        var names = new ArrayList<String>(keys.size());
        var versions = new ArrayList<Long>(keys.size());
        for (var key : keys) {
            var row = known.get(key);
            kinds.add(Layout.kind(key));
            names.add(key.name());
            versions.add(row == null ? -1 : row.version());
        }
        statement.setArray(at, connection.createArrayOf("int2", kinds.toArray()));
        statement.setArray(at + 1, connection.createArrayOf("text", names.toArray()));
        statement.setArray(at + 2, connection.createArrayOf("int8", versions.toArray()));
        statement.setString(at + 3, layout.namespace());
        return at + 4;
    }

    @Override
    public Set<Key> groups(Connection connection) throws SQLException {
        return keys.groups(connection);
    }

    @Override
    public Set<Key> orphans(Connection connection) throws SQLException {
        return keys.orphans(connection);
    }

    @Override
    public Set<Key> owned(Connection connection, String session) throws SQLException {
        return keys.owned(connection, session);
    }

    private String remaining() {
        return "SELECT 2 AS what, NULL::smallint AS kind, id AS name,"
                + " " + LEFT + " AS version,"
                + " NULL::bytea AS content FROM " + sessions + " WHERE id = ANY(?)";
    }

    @Override
    public Map<String, Long> lives(Connection connection, Collection<String> ids) throws SQLException {
        try (var statement = connection.prepareStatement(remaining())) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (var answer = statement.executeQuery()) {
                return renewal(answer, Map.of()).lives();
            }
        }
    }

    @Override
    public @Nullable Renewal renew(
            Connection connection,
            String session,
            Duration lease,
            Collection<Key> keys,
            Map<Key, Row> known,
            Collection<String> attended)
            throws SQLException {
        // The message to ourselves shows that messages come.
        var sql = "WITH renewed AS (UPDATE " + sessions + " SET expires = clock_timestamp() + ?" + MICROS
                + " WHERE id = ? AND expires > clock_timestamp() RETURNING id)"
                + " SELECT 0 AS what, NULL::smallint AS kind, pg_notify(?, '')::text AS name, NULL::bigint AS version,"
                + " NULL::bytea AS content FROM renewed UNION ALL " + rows + " UNION ALL " + remaining();
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, micros(lease));
            statement.setString(2, session);
            statement.setString(3, channel(session));
            var at = bind(statement, 4, connection, keys, known);
            statement.setArray(at, connection.createArrayOf("text", attended.toArray()));
            try (var answer = statement.executeQuery()) {
                return answer.next() && answer.getInt(1) == 0 ? renewal(answer, known) : null;
            }
        }
    }

    private static Renewal renewal(ResultSet answer, Map<Key, Row> known) throws SQLException {
        var rows = new HashMap<Key, Row>();
        var lives = new HashMap<String, Long>();
        while (answer.next()) {
            if (answer.getInt(1) == 2) {
                lives.put(answer.getString(3), answer.getLong(4));
                continue;
            }
            var key = Layout.key(answer.getShort(2), answer.getString(3));
            var content = answer.getBytes(5);
            var same = known.get(key);
            rows.put(key, content == null && same != null ? same : new Row(answer.getLong(4), content));
        }
        return new Renewal(rows, lives);
    }

    /** Where a session is told. */
    static String channel(String session) {
        return Layout.PREFIX + session;
    }

    private static long micros(Duration lease) {
        return lease.toNanos() / 1000;
    }

    @Override
    public ServerLocks locks() {
        return new PostgreSqlLocks(layout);
    }

    @Override
    public Bell bell() {
        return new PostgreSqlBell();
    }
}
