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
import io.coordination.spi.Mode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The locks that a database keeps for a connection, which write nothing and end with it. A connection that has one is given
 * it again: whoever asks keeps book of what a connection has.
 */
interface ServerLocks {

    /**
     * Refuses a server, or a way to it, on which these locks do not protect, and lets the server end this connection once
     * it was silent for so long.
     *
     * @return the number by which the server knows the connection
     */
    long prepare(Connection connection, Duration silence) throws SQLException;

    /** Only lets the server end it, and answers the same, of another connection that came the same way. */
    long limit(Connection connection, Duration silence) throws SQLException;

    /** Up to which token none is given out again after a crash, as far as can be found out in advance. */
    long durable(Connection connection, String session) throws SQLException;

    /**
     * Takes a lock exclusively if it is free.
     *
     * @param durable no token up to this one is given out again after a crash
     */
    Grant take(Connection connection, String session, Key key, long durable) throws SQLException;

    /** Gives a lock back that was taken exclusively, and takes it again unless somebody waits for it. */
    Grant pass(Connection connection, String session, Key key, long durable) throws SQLException;

    /** As {@link #take} for what a row is written of, too, which has the token. */
    boolean takeBesideRow(Connection connection, Key key) throws SQLException;

    /** Gives a lock back; false when this connection did not have it. */
    boolean release(Connection connection, Key key, Mode mode) throws SQLException;

    /** Whether shared locks keep exclusive ones out; else these look for rows, and {@link #isFree} must be asked. */
    boolean shares();

    /** Takes a lock beside others that share it. */
    boolean share(Connection connection, Key key) throws SQLException;

    /** Whether nobody has a lock exclusively. */
    boolean isFree(Connection connection, Key key) throws SQLException;

    /**
     * Waits in the server, behind others who wait so, until a lock is free. It is not taken, but until {@link #leave} the
     * others wait on.
     *
     * @return false when it was not free in that time, or the wait was {@linkplain #cancel cancelled}
     */
    boolean await(Connection connection, Key key, Duration longest) throws SQLException;

    /** Lets the next one who waits go on. */
    void leave(Connection connection) throws SQLException;

    /** Ends what another connection waits for. */
    void cancel(Connection connection, long backend) throws SQLException;

    /** Ends another connection. */
    void kill(Connection connection, long backend) throws SQLException;

    /** Who has a lock exclusively; null when nobody of this namespace has. */
    @Nullable
    Owner owner(Connection connection, Key key) throws SQLException;

    /** What is said of the sessions that have such locks, which no connection keeps. */
    SessionRows rows();

    /**
     * What came of asking for a lock.
     *
     * @param outcome what it is
     * @param token the token, when it was taken
     * @param durable as far as is known now
     */
    record Grant(Outcome outcome, long token, long durable) {

        /** What can come of it. */
        enum Outcome {
            TAKEN,
            /** Another connection has it. */
            REFUSED,
            /** Rows say that it is shared; nothing was taken. */
            SHARED,
            /** This connection did not have what was to be passed on; nothing was taken. */
            MISSING
        }

        static Grant without(Outcome outcome, long durable) {
            return new Grant(outcome, 0, durable);
        }
    }

    /**
     * Who has a lock.
     *
     * @param backend the number of the connection
     * @param member whose it is
     */
    record Owner(long backend, String member) {}

    /**
     * What the server says of our connection.
     *
     * @param backend its number
     * @param asked what its session is asked to give up
     */
    record Beat(long backend, @Nullable Key asked) {}
}
