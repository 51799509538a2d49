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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** {@code LISTEN} and {@code NOTIFY}. */
final class PostgreSqlBell implements Dialect.Bell {

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

    @Override
    public @Nullable Key told(String payload) {
        return Layout.parsed(payload);
    }

    @Override
    public void unbind(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).setPrepareThreshold(0);
    }
}
