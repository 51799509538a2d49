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
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.TokenDurability;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB and MySQL. The lock under which a row appears and goes is that of a row of the gate; otherwise as {@link PostgreSql}.
 */
final class MariaDb implements Dialect {

    static final char QUOTE = '`';
    private static final int GATES = 1024;
    private static final String ROW = "namespace = ? AND kind = ? AND name = ?";
    private static final String NOW = "UTC_TIMESTAMP(6)";
    private static final String LEFT = "TIMESTAMPDIFF(MICROSECOND, " + NOW + ", expires)";

    private final Layout layout;
    private final Flavor flavor;
    private final Keys keys;
    private final String records;
    private final String sessions;
    private final String gates;
    private final String next;
    private final String alive;
    private final String insert;
    private final String delete;
    private final String read;
    private final String rows;

    MariaDb(Layout layout, Flavor flavor) {
        this.layout = layout;
        this.flavor = flavor;
        records = layout.table("record", QUOTE);
        sessions = layout.table("session", QUOTE);
        keys = new Keys(layout, records, sessions);
        gates = layout.table("gate", QUOTE);
        next = "NEXT VALUE FOR " + layout.table("version", QUOTE);
        alive = "EXISTS (SELECT 1 FROM " + sessions + " WHERE id = ? AND expires > " + NOW + ")";
        insert = flavor.insert(records, next) + " FROM " + gates + " WHERE id = ? AND " + alive + " FOR UPDATE";
        delete = "DELETE FROM " + records + " WHERE " + ROW + " AND version = ? AND EXISTS (SELECT 1 FROM " + gates
                + " WHERE id = ? FOR UPDATE)";
        read = "SELECT " + alive + ", version, content, owner, (SELECT " + LEFT + " FROM " + sessions
                + " s WHERE s.id = owner), EXISTS (SELECT 1 FROM " + gates
                + " WHERE id = ?) FROM (SELECT 1) one LEFT JOIN " + records + " ON " + ROW;
        rows = "SELECT r.kind, r.name, r.version, CASE WHEN r.version = k.version THEN NULL ELSE r.content END"
                + " FROM JSON_TABLE(?, '$[*]' COLUMNS (kind SMALLINT PATH '$[0]',"
                + " name VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[1]',"
                + " version BIGINT PATH '$[2]')) k"
                + " STRAIGHT_JOIN " + records + " r ON r.namespace = ? AND r.kind = k.kind AND r.name = "
                + flavor.jsonName;
    }

    @Override
    public void createTables(Connection connection) throws SQLException {
        for (var sql : layout.script(flavor.script, QUOTE)) {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
        fill(
                connection,
                IntStream.range(0, GATES).mapToObj(id -> "(" + id + ")").collect(Collectors.joining(", ")));
    }

    private void fill(Connection connection, String values) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate("INSERT IGNORE INTO " + gates + " VALUES " + values);
        }
    }

    /** Without gaps being locked, which would make strangers wait for, and deadlock with, one another. */
    @Override
    public void prepare(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }

    @Override
    public TokenDurability tokens(Connection connection) throws SQLException {
        var variables = new HashMap<String, String>();
        var sql = "SHOW GLOBAL VARIABLES WHERE variable_name IN"
                + " ('innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'wsrep_on',"
                + " 'group_replication_group_name', 'group_replication_single_primary_mode')";
        try (var statement = connection.prepareStatement(sql);
                var answer = statement.executeQuery()) {
            while (answer.next()) {
                variables.put(answer.getString(1), answer.getString(2));
            }
        }
        requireOneWriter(variables);
        if (!"1".equals(variables.get("innodb_flush_log_at_trx_commit"))) {
            return TokenDurability.VOLATILE;
        }
        if (!"ON".equals(variables.get("log_bin"))) {
            return TokenDurability.DURABLE;
        }
        // What a crash finds in the engine and not in the binary log is undone.
        return "1".equals(variables.get("sync_binlog")) ? TokenDurability.FAILOVER_UNSAFE : TokenDurability.VOLATILE;
    }

    private static void requireOneWriter(Map<String, String> variables) {
        if ("ON".equals(variables.get("wsrep_on"))) {
            throw new StoreException(
                    Reason.REFUSED,
                    "the server is a node of a Galera cluster, whose nodes do not share the locks of rows; use one server");
        }
        if (!variables.getOrDefault("group_replication_group_name", "").isEmpty()
                && "OFF".equals(variables.get("group_replication_single_primary_mode"))) {
            throw new StoreException(
                    Reason.REFUSED,
                    "the server is in a replication group with several primaries, which do not share the locks of rows;"
                            + " use a group with a single one");
        }
    }

    @Override
    public void bury(Connection connection) throws SQLException {
        try (var statement =
                connection.prepareStatement("DELETE FROM " + sessions + " WHERE expires <= " + NOW + " ORDER BY id")) {
            statement.executeUpdate();
        }
    }

    @Override
    public void bury(Connection connection, Collection<String> ids) throws SQLException {
        var sql =
                "DELETE FROM " + sessions + " WHERE id IN (" + marks(ids) + ") AND expires <= " + NOW + " ORDER BY id";
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, 1, ids);
            statement.executeUpdate();
        }
    }

    private static String marks(Collection<String> ids) {
        return String.join(", ", Collections.nCopies(ids.size(), "?"));
    }

    private static int bind(PreparedStatement statement, int first, Collection<String> ids) throws SQLException {
        var at = first;
        for (var id : ids) {
            statement.setString(at++, id);
        }
        return at;
    }

    @Override
    public void begin(Connection connection, String session, String member, Duration lease, @Nullable Long backend)
            throws SQLException {
        var sql = "INSERT INTO " + sessions + " (id, namespace, member, expires, backend) VALUES (?, ?, ?, " + NOW
                + " + INTERVAL ? MICROSECOND, ?)";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, session);
            statement.setString(2, layout.namespace());
            statement.setString(3, member);
            statement.setLong(4, lease.toNanos() / 1000);
            statement.setObject(5, backend, Types.BIGINT);
            statement.executeUpdate();
        }
    }

    @Override
    public boolean isOtherWay(Connection connection, boolean serverLocks) throws SQLException {
        var sql = "SELECT 1 FROM " + sessions + " WHERE namespace = ? AND expires > " + NOW + " AND backend IS "
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

    @Override
    public Outcome write(Connection connection, Change change) throws SQLException {
        if (change.content() == null) {
            return delete(connection, change);
        }
        return change.before() == null ? insert(connection, change) : update(connection, change);
    }

    private Outcome insert(Connection connection, Change change) throws SQLException {
        try (var statement = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
            var at = keys.bind(statement, 1, change.key());
            statement.setString(at, change.owner());
            statement.setBytes(at + 1, change.content());
            statement.setInt(at + 2, gate(change.key()));
            statement.setString(at + 3, change.session());
            return outcome(statement);
        }
    }

    private Outcome update(Connection connection, Change change) throws SQLException {
        var before = change.before();
        var sql = "UPDATE " + records + " SET version = LAST_INSERT_ID("
                + flavor.changed(next, Math.max(1, change.grants())) + "), owner = ?, content = ? WHERE " + ROW
                + " AND version = ? AND " + alive;
        try (var statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            statement.setString(1, change.owner());
            statement.setBytes(2, change.content());
            var at = keys.bind(statement, 3, change.key());
            statement.setLong(at, before == null ? 0 : before.version());
            statement.setString(at + 1, change.session());
            return outcome(statement);
        }
    }

    private static Outcome outcome(PreparedStatement statement) throws SQLException {
        if (statement.executeUpdate() == 0) {
            return new Outcome(Outcome.REFUSED, null);
        }
        try (var keys = statement.getGeneratedKeys()) {
            if (!keys.next()) {
                throw new SQLException("the number of the write did not come", "HY000");
            }
            return new Outcome(keys.getLong(1), null);
        }
    }

    private Outcome delete(Connection connection, Change change) throws SQLException {
        var before = change.before();
        try (var statement = connection.prepareStatement(delete)) {
            var at = keys.bind(statement, 1, change.key());
            statement.setLong(at, before == null ? 0 : before.version());
            statement.setInt(at + 1, gate(change.key()));
            return new Outcome(statement.executeUpdate() == 0 ? Outcome.REFUSED : Outcome.REMOVED, null);
        }
    }

    private int gate(Key key) {
        return (int) Math.floorMod(layout.number(key), (long) GATES);
    }

    @Override
    public Found read(Connection connection, String session, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(read)) {
            statement.setString(1, session);
            statement.setInt(2, gate(key));
            keys.bind(statement, 3, key);
            try (var answer = statement.executeQuery()) {
                answer.next();
                if (!answer.getBoolean(6)) {
                    fill(connection, "(" + gate(key) + ")");
                }
                var content = answer.getBytes(3);
                var row = content == null ? null : new Row(answer.getLong(2), content);
                var remains = answer.getLong(5);
                var left = answer.wasNull() ? null : Long.valueOf(remains);
                return new Found(answer.getBoolean(1), row, answer.getString(4), left);
            }
        }
    }

    @Override
    public Map<Key, Row> read(Connection connection, Collection<Key> keys, Map<Key, Row> known) throws SQLException {
        var found = new HashMap<Key, Row>();
        if (keys.isEmpty()) {
            return found;
        }
        try (var statement = connection.prepareStatement(rows)) {
            statement.setString(1, json(keys, known));
            statement.setString(2, layout.namespace());
            try (var answer = statement.executeQuery()) {
                while (answer.next()) {
                    var key = Layout.key(answer.getShort(1), answer.getString(2));
                    var content = answer.getBytes(4);
                    var same = known.get(key);
                    found.put(key, content == null && same != null ? same : new Row(answer.getLong(3), content));
                }
            }
        }
        return found;
    }

    /** An array with an array of kind, name and version for each key. Names have no control characters. */
    private static String json(Collection<Key> keys, Map<Key, Row> known) {
        var json = new StringBuilder(keys.size() * 32).append('[');
        for (var key : keys) {
            var row = known.get(key);
            json.append(json.length() == 1 ? "[" : ",[")
                    .append(Layout.kind(key))
                    .append(",\"")
                    .append(key.name().replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\",")
                    .append(row == null ? -1 : row.version())
                    .append(']');
        }
        return json.append(']').toString();
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

    @Override
    public Map<String, Long> lives(Connection connection, Collection<String> ids) throws SQLException {
        var lives = new HashMap<String, Long>();
        if (ids.isEmpty()) {
            return lives;
        }
        var sql = "SELECT id, " + LEFT + " FROM " + sessions + " WHERE id IN (" + marks(ids) + ")";
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, 1, ids);
            try (var answer = statement.executeQuery()) {
                while (answer.next()) {
                    lives.put(answer.getString(1), answer.getLong(2));
                }
            }
        }
        return lives;
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
        var sql = "UPDATE " + sessions + " SET expires = " + NOW
                + " + INTERVAL ? MICROSECOND WHERE id = ? AND expires > " + NOW;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, lease.toNanos() / 1000);
            statement.setString(2, session);
            if (statement.executeUpdate() == 0) {
                return null;
            }
        }
        return new Renewal(read(connection, keys, known), lives(connection, attended));
    }

    @Override
    public ServerLocks locks() {
        return new MariaDbLocks(layout, flavor);
    }

    /** There is nothing to wait on. */
    @Override
    public @Nullable Bell bell() {
        return null;
    }
}
