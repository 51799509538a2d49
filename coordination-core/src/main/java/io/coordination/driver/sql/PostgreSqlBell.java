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
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** {@code LISTEN} and {@code NOTIFY}. */
final class PostgreSqlBell implements Dialect.Bell {

    /** A message has less than 8000 bytes, of which a name needs up to 1020. */
    private static final int LONGEST = 5000;

    @Override
    public void listen(Connection connection, String session) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("LISTEN \"" + PostgreSql.channel(session) + "\"");
        }
    }

    @Override
    public void ring(Connection connection, String session, String payload) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, PostgreSql.channel(session));
            statement.setString(2, payload);
            statement.execute();
        }
    }

    @Override
    public List<String> await(Connection connection, Duration longest) throws SQLException {
        var messages = connection
                .unwrap(PGConnection.class)
                .getNotifications(Math.max(1, Math.toIntExact(longest.toMillis())));
        var told = new ArrayList<String>(1);
        if (messages != null) {
            for (var message : messages) {
                told.add(message.getParameter());
            }
        }
        return told;
    }

    /**
     * What is told of a change, around the version of the row: {@code kind:version:content:name}.
     *
     * @param beforeVersion what stands before it
     * @param afterVersion what follows it
     */
    record Message(String beforeVersion, String afterVersion) {}

    /** The content goes along where it fits, so that who is told need not ask. */
    static Message message(Key key, byte @Nullable [] content) {
        var base64 = content == null || content.length > LONGEST
                ? ""
                : Base64.getEncoder().encodeToString(content);
        return new Message(Layout.kind(key) + ":", ":" + base64 + ":" + key.name());
    }

    @Override
    public Dialect.@Nullable News told(String payload) {
        var parts = payload.split(":", 4);
        if (parts.length < 4) {
            return null;
        }
        var key = Layout.key(Short.parseShort(parts[0]), parts[3]);
        var content = parts[2];
        return new Dialect.News(
                key,
                content.isEmpty()
                        ? null
                        : new Row(Long.parseLong(parts[1]), Base64.getDecoder().decode(content)));
    }

    @Override
    public void unbind(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).setPrepareThreshold(0);
    }
}
