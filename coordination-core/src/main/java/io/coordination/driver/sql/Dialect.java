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
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one database is spoken to. Every statement is a transaction of its own. */
interface Dialect {

    /** Creates what is missing. */
    void createTables(Connection connection) throws SQLException;

    /** What is done with every connection before it is used. */
    void prepare(Connection connection) throws SQLException;

    /** What a crash or a fail-over of the server can do to tokens; asked once for each session. */
    TokenDurability tokens(Connection connection) throws SQLException;

    /** Removes the rows of sessions that are over, except what others are removing. */
    void bury(Connection connection) throws SQLException;

    /** Removes these sessions' rows, if they are over. */
    void bury(Connection connection, Collection<String> sessions) throws SQLException;

    /**
     * Adds the row of a session.
     *
     * @param backend the number by which the server knows the connection that has the session's locks; null for a session
     *     whose locks are rows
     */
    void begin(Connection connection, String session, String member, Duration lease, @Nullable Long backend)
            throws SQLException;

    /** Whether a session of this namespace lives whose locks are kept in the other way. */
    boolean isOtherWay(Connection connection, boolean serverLocks) throws SQLException;

    void end(Connection connection, String session) throws SQLException;

    Outcome write(Connection connection, Change change) throws SQLException;

    Found read(Connection connection, String session, Key key) throws SQLException;

    /**
     * What is there of these keys. A row of the version that is known comes without its content.
     *
     * @param known what is known of them
     */
    Map<Key, Row> read(Connection connection, Collection<Key> keys, Map<Key, Row> known) throws SQLException;

    /** The names of groups. */
    Set<Key> groups(Connection connection) throws SQLException;

    /** For how many microseconds these sessions live yet; those that are missing are over. */
    Map<String, Long> lives(Connection connection, Collection<String> sessions) throws SQLException;

    /** Lets a session live on, and looks at what it holds and whom it attends. Null when it is over. */
    @Nullable
    Renewal renew(
            Connection connection,
            String session,
            Duration lease,
            Collection<Key> keys,
            Map<Key, Row> known,
            Collection<String> attended)
            throws SQLException;

    /** Records that say they are of a session that is over; at most some. */
    Set<Key> orphans(Connection connection) throws SQLException;

    /** The locks that the database keeps for a connection. */
    ServerLocks locks();

    /** Records in which this session stands first. */
    Set<Key> owned(Connection connection, String session) throws SQLException;

    /** How sessions are told of changes; null when the database can not tell. */
    @Nullable
    Bell bell();

    /** What a database does to tell. */
    interface Bell {

        /** Lets a connection hear what this session is told. */
        void listen(Connection connection, String session) throws SQLException;

        /** Tells a session, in a statement of its own. An empty payload tells nothing. */
        void ring(Connection connection, String session, String payload) throws SQLException;

        /** Waits on a connection that listens until something is told, or for this long. */
        List<String> await(Connection connection, Duration longest) throws SQLException;

        /** What was told, or null for nothing. */
        @Nullable
        News told(String payload);

        /** Does without what needs that a connection is always to the same server process. */
        void unbind(Connection connection) throws SQLException;
    }

    /**
     * That the record of a key changed.
     *
     * @param key the key
     * @param row what it was changed to, null when that was too long for a message
     */
    record News(Key key, @Nullable Row row) {}

    /**
     * What a renewal found.
     *
     * @param rows as {@link #read(Connection, Collection, Map)}
     * @param lives as {@link #lives}
     */
    record Renewal(Map<Key, Row> rows, Map<String, Long> lives) {}
}
