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

import io.coordination.spi.Clock;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One session's connections for statements: few, kept, each used by one thread at a time, and made anew when they break. */
final class Connections implements AutoCloseable {

    private final Source source;
    private final Clock clock;
    private final Duration patience;
    private final Semaphore free;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Set<Connection> busy = ConcurrentHashMap.newKeySet();
    private volatile Preparation preparation = connection -> {};
    private final AtomicInteger breaks = new AtomicInteger();
    private volatile boolean closed;

    /** What is done with every connection before it is used. */
    @FunctionalInterface
    interface Preparation {
        void of(Connection connection) throws SQLException;
    }

    /** Statements; not run in a transaction, and possibly run again after a deadlock. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    Connections(Source source, int most, Clock clock, Duration patience) {
        this.source = source;
        this.clock = clock;
        this.patience = patience;
        this.free = new Semaphore(most, true);
    }

    /** From now on; those that are there are made anew. */
    void prepare(Preparation preparation) {
        this.preparation = preparation;
        for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            close(connection, true);
        }
    }

    <T> T use(Work<T> work) {
        // A socket that a virtual thread reads is closed by an interrupt, and the outcome is needed.
        var interrupted = Thread.interrupted();
        try {
            return use(work, clock.nanoTime() + patience.toNanos());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T use(Work<T> work, long end) {
        while (true) {
            var connection = borrow(end);
            var whole = false;
            try {
                var answer = work.on(connection);
                whole = true;
                return answer;
            } catch (SQLException failure) {
                whole = !Failure.breaks(failure);
                if (!whole) {
                    breaks.incrementAndGet();
                }
                if (!Failure.isContention(failure) || clock.nanoTime() > end) {
                    throw Failure.of(failure);
                }
            } finally {
                giveBack(connection, whole);
            }
        }
    }

    /** {@return how often a connection broke, as all do when the server crashes} */
    int breaks() {
        return breaks.get();
    }

    private Connection borrow(long end) {
        if (!acquire(end)) {
            throw new StoreException(
                    Reason.UNREACHABLE, "no connection was free for " + patience.toMillis() + " ms; nothing was sent");
        }
        Connection connection = null;
        try {
            var kept = idle.pollFirst();
            connection = kept == null ? connect() : kept;
            busy.add(connection);
        } finally {
            if (connection == null) {
                free.release();
            }
        }
        if (closed) {
            giveBack(connection, false);
            throw new StoreException(Reason.SESSION_LOST, "the session is over");
        }
        return connection;
    }

    private boolean acquire(long end) {
        var interrupted = false;
        try {
            while (true) {
                try {
                    return free.tryAcquire(end - clock.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A connection that waits no longer for an answer than we have patience; whoever asks has to close it. */
    Connection connect() {
        try {
            var connection = source.connect();
            try {
                if (!connection.getAutoCommit()) {
                    connection.setAutoCommit(true);
                }
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
                preparation.of(connection);
                return connection;
            } catch (SQLException broken) {
                close(connection, false);
                throw broken;
            }
        } catch (SQLException failure) {
            throw Failure.notConnected(failure);
        }
    }

    private void giveBack(Connection connection, boolean whole) {
        if (!busy.remove(connection)) {
            return;
        }
        if (whole && !closed) {
            idle.addFirst(connection);
            if (closed && idle.remove(connection)) {
                close(connection, true);
            }
        } else {
            close(connection, whole);
        }
        free.release();
    }

    /** What is idle may be broken: the server went away under another connection. */
    void distrust() {
        breaks.incrementAndGet();
        for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            close(connection, false);
        }
    }

    /** Of a broken one the end is not told to the server, which may not answer. */
    static void close(Connection connection, boolean whole) {
        try {
            if (!whole) {
                connection.abort(Runnable::run);
            }
            connection.close();
        } catch (SQLException gone) {
            // It is closed all the same.
        }
    }

    @Override
    public void close() {
        closed = true;
        for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            close(connection, true);
        }
        busy.forEach(connection -> close(connection, false));
    }
}
