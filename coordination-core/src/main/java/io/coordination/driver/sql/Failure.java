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

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link SQLException} means. */
final class Failure {

    /** Deadlocks, and transactions that could not be put in an order: nothing was done, and another try can succeed. */
    private static final Set<String> CONTENTION = Set.of("40001", "40P01", "55P03");

    /** MySQL: a lock was waited for too long; a deadlock. */
    private static final Set<Integer> CONTENTION_CODES = Set.of(1205, 1213);

    /** The server refused, did nothing, and the connection is as it was. */
    private static final Set<String> ANSWERS = Set.of("0A", "21", "22", "23", "40", "42", "53", "54", "55");

    private static final Set<String> NOT_LET_IN = Set.of("28", "3D", "42");
    private static final String CANCELLED = "57014";
    /** MySQL. */
    private static final int INTERRUPTED = 1317;

    private Failure() {}

    static boolean isContention(SQLException failure) {
        return CONTENTION.contains(state(failure)) || CONTENTION_CODES.contains(failure.getErrorCode());
    }

    /** Whether nobody knows any more what state the connection is in. */
    static boolean breaks(SQLException failure) {
        return !isContention(failure)
                && !ANSWERS.contains(kind(failure))
                && !state(failure).equals(CANCELLED);
    }

    /** Whether what was asked for was cancelled by somebody else. */
    static boolean isCancelled(SQLException failure) {
        return state(failure).equals(CANCELLED) || failure.getErrorCode() == INTERRUPTED;
    }

    /** Of a connection that could not be made. */
    static StoreException notConnected(SQLException failure) {
        var reason = NOT_LET_IN.contains(kind(failure)) ? Reason.REFUSED : Reason.UNREACHABLE;
        return new StoreException(reason, "no connection to the database can be made: " + text(failure), failure);
    }

    /** Of a statement that was sent. */
    static StoreException of(SQLException failure) {
        if (isContention(failure)
                || state(failure).equals(CANCELLED)
                || kind(failure).equals("53")) {
            return new StoreException(
                    Reason.UNREACHABLE, "the database did not carry it out: " + text(failure), failure);
        }
        return breaks(failure)
                ? new StoreException(
                        Reason.TIMED_OUT, "the connection broke before the answer came: " + text(failure), failure)
                : new StoreException(Reason.REFUSED, "the database refused: " + text(failure), failure);
    }

    /** Whether a table or what else was created meanwhile is missing or there already. */
    static boolean isMissingTable(SQLException failure) {
        return state(failure).equals("42P01") || state(failure).equals("42S02");
    }

    private static String text(SQLException failure) {
        return failure.getMessage() + " (SQL state " + state(failure) + ")";
    }

    private static String kind(SQLException failure) {
        var state = state(failure);
        return state.length() < 2 ? "" : state.substring(0, 2);
    }

    private static String state(@Nullable SQLException failure) {
        var state = failure == null ? null : failure.getSQLState();
        return state == null ? "" : state;
    }
}
