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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that has a session's locks, used by one thread at a time. When it breaks they are gone: while there are
 * any it is not made anew.
 */
final class LockConnection implements AutoCloseable {

    private final Connections source;
    private final Clock clock;
    private final Duration patience;
    private final Opened opened;
    private final BooleanSupplier needed;
    private final ReentrantLock turn = new ReentrantLock();

    private volatile @Nullable Connection connection;
    private boolean over;

    /** What is done with a connection that was made anew. */
    @FunctionalInterface
    interface Opened {
        void with(Connection connection) throws SQLException;
    }

    /**
     * Not connected yet.
     *
     * @param opened what to do with a connection before it is used
     * @param needed whether anything is lost with the connection
     */
    LockConnection(Connections source, Clock clock, Duration patience, Opened opened, BooleanSupplier needed) {
        this.source = source;
        this.clock = clock;
        this.patience = patience;
        this.opened = opened;
        this.needed = needed;
    }

    /** Runs statements; {@link #isOver} may be true afterwards. */
    <T> T use(Connections.Work<T> work) {
        // A socket that a virtual thread reads is closed by an interrupt, and the outcome is needed.
        var interrupted = Thread.interrupted();
        try {
            var end = clock.nanoTime() + patience.toNanos();
            for (var entered = false; !entered; ) {
                try {
                    entered = enter(end - clock.nanoTime());
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            try {
                return inTurn(work);
            } finally {
                turn.unlock();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean enter(long nanos) throws InterruptedException {
        if (turn.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return true;
        }
        throw new StoreException(
                Reason.UNREACHABLE, "the connection was not free for " + patience.toMillis() + " ms; nothing was sent");
    }

    private <T> T inTurn(Connections.Work<T> work) {
        if (over) {
            throw new StoreException(Reason.SESSION_LOST, "the connection that had its locks is gone");
        }
        try {
            var current = connection;
            return work.on(current == null ? connect() : current);
        } catch (SQLException failure) {
            if (Failure.breaks(failure)) {
                drop();
            }
            throw Failure.of(failure);
        }
    }

    private Connection connect() throws SQLException {
        var made = source.connect();
        try {
            opened.with(made);
        } catch (SQLException | RuntimeException unfit) {
            Connections.close(made, false);
            throw unfit;
        }
        connection = made;
        return made;
    }

    /** The server frees the locks when it notices, at the latest when the connection was silent for too long. */
    private void drop() {
        over = needed.getAsBoolean();
        var broken = connection;
        connection = null;
        if (broken != null) {
            Connections.close(broken, false);
        }
    }

    /** Whether it broke and locks were lost. */
    boolean isOver() {
        turn.lock();
        try {
            return over;
        } finally {
            turn.unlock();
        }
    }

    /** Breaks it, so that the server can not take for ours what it was not. */
    void distrust() {
        turn.lock();
        try {
            drop();
        } finally {
            turn.unlock();
        }
    }

    /** Not given back to a pool: it has settings of its own. Whoever is on it gets a failure. */
    @Override
    public void close() {
        var current = connection;
        if (current != null) {
            Connections.close(current, false);
        }
    }
}
