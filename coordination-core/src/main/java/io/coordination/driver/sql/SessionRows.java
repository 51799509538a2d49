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

import io.coordination.driver.sql.ServerLocks.Beat;
import io.coordination.driver.sql.ServerLocks.Owner;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** What the rows of sessions say of the connections that have their locks, in SQL that every database has. */
final class SessionRows {

    private final Layout layout;
    private final String owner;
    private final String beat;
    private final String moved;
    private final String ask;
    private final String answered;

    SessionRows(Layout layout, char quote, String self) {
        this.layout = layout;
        var sessions = layout.table("session", quote);
        owner = "SELECT member FROM " + sessions + " WHERE backend = ? AND namespace = ? ORDER BY expires DESC LIMIT 1";
        beat = "SELECT " + self + ", (SELECT asked FROM " + sessions + " WHERE id = ?)";
        moved = "UPDATE " + sessions + " SET backend = ? WHERE id = ?";
        ask = "UPDATE " + sessions + " SET asked = ? WHERE backend = ? AND namespace = ?";
        answered = "UPDATE " + sessions + " SET asked = NULL WHERE id = ? AND asked = ?";
    }

    /** After a restart of the server another session may have had a connection of the same number, before. */
    @Nullable
    Owner owner(Connection connection, long backend) throws SQLException {
        try (var statement = connection.prepareStatement(owner)) {
            statement.setLong(1, backend);
            statement.setString(2, layout.namespace());
            try (var answer = statement.executeQuery()) {
                return answer.next() ? new Owner(backend, answer.getString(1)) : null;
            }
        }
    }

    /** What a session is asked to give up, or null. It also shows the server that we live. */
    Beat beat(Connection connection, String session) throws SQLException {
        try (var statement = connection.prepareStatement(beat)) {
            statement.setString(1, session);
            try (var answer = statement.executeQuery()) {
                answer.next();
                var asked = answer.getString(2);
                return new Beat(answer.getLong(1), asked == null ? null : Layout.parsed(asked));
            }
        }
    }

    /** The connection of a session is another one now. */
    void moved(Connection connection, String session, long backend) throws SQLException {
        update(connection, moved, backend, session, null);
    }

    /** Asks the session whose locks this connection has to give one up at its next renewal. */
    void ask(Connection connection, long backend, Key key) throws SQLException {
        try (var statement = connection.prepareStatement(ask)) {
            statement.setString(1, Layout.text(key));
            statement.setLong(2, backend);
            statement.setString(3, layout.namespace());
            statement.executeUpdate();
        }
    }

    /** It was given up. */
    void answered(Connection connection, String session, Key key) throws SQLException {
        update(connection, answered, null, session, Layout.text(key));
    }

    private static void update(
            Connection connection, String sql, @Nullable Long number, String session, @Nullable String text)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            var at = 1;
            if (number != null) {
                statement.setObject(at++, number, Types.BIGINT);
            }
            statement.setString(at++, session);
            if (text != null) {
                statement.setString(at, text);
            }
            statement.executeUpdate();
        }
    }

    /** The server told the client another number when it connected than the one under which statements run. */
    static StoreException pooled() {
        return new StoreException(
                Reason.REFUSED,
                "a pooler or proxy is between this application and the database, which lends the server's connections,"
                        + " so that a lock of a connection may become a stranger's; connect to the database itself, or"
                        + " leave out locks=session");
    }

    static StoreException tooOld(String version, String needed) {
        return new StoreException(
                Reason.REFUSED,
                "the server is version " + version + "; locks=session needs " + needed
                        + ", leave it out on this server");
    }
}
