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

    /** Whether taking a lock draws its token; else every lock is a row, too, which has it. */
    boolean draws();

    /**
     * Lets tokens leap far above all that were drawn before, where this is not known to have been done since the server's
     * last crash: nobody who draws one waits until that is on the disk. To be called on any connection, after the one that
     * draws was made and before it does.
     */
    void settle(Connection connection) throws SQLException;

    /** Takes a lock exclusively if it is free. */
    Grant take(Connection connection, Key key) throws SQLException;

    /** Gives a lock back that was taken exclusively, and takes it again unless somebody waits for it. */
    Grant pass(Connection connection, Key key) throws SQLException;

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
     */
    record Grant(Outcome outcome, long token) {

        /** By how much tokens leap; more than are drawn while a log waits to be written. */
        static final long LEAP = 1L << 32;

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

        static Grant without(Outcome outcome) {
            return new Grant(outcome, 0);
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
