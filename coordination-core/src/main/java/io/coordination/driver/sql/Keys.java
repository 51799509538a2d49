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

import io.coordination.spi.Key;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that there are records of, asked for in SQL that every database has. */
final class Keys {

    private final Layout layout;
    private final String groups;
    private final String orphans;
    private final String owned;

    Keys(Layout layout, String records, String sessions) {
        this.layout = layout;
        groups = "SELECT kind, name FROM " + records + " WHERE namespace = ? AND kind = 2";
        orphans = "SELECT kind, name FROM " + records + " r WHERE namespace = ? AND owner IS NOT NULL"
                + " AND NOT EXISTS (SELECT 1 FROM " + sessions + " s WHERE s.id = r.owner) LIMIT 1000";
        owned = "SELECT kind, name FROM " + records + " WHERE namespace = ? AND owner = ?";
    }

    Set<Key> groups(Connection connection) throws SQLException {
        return read(connection, groups, null);
    }

    /** Those whose record says it is of a session that is over; at most some. */
    Set<Key> orphans(Connection connection) throws SQLException {
        return read(connection, orphans, null);
    }

    /** Those whose record says it is of this session. */
    Set<Key> owned(Connection connection, String session) throws SQLException {
        return read(connection, owned, session);
    }

    private Set<Key> read(Connection connection, String sql, @Nullable String owner) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, layout.namespace());
            if (owner != null) {
                statement.setString(2, owner);
            }
            var keys = new HashSet<Key>();
            try (var answer = statement.executeQuery()) {
                while (answer.next()) {
                    keys.add(Layout.key(answer.getShort(1), answer.getString(2)));
                }
            }
            return keys;
        }
    }

    /** Binds a key's three columns, and returns the place after them. */
    int bind(PreparedStatement statement, int at, Key key) throws SQLException {
        statement.setString(at, layout.namespace());
        statement.setShort(at + 1, Layout.kind(key));
        statement.setString(at + 2, key.name());
        return at + 3;
    }
}
