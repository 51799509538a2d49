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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session's connection for messages, and the thread that waits on it; made anew when it breaks or falls silent. */
final class Listening implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SqlDriver.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PROOF = Duration.ofSeconds(2);

    private final String session;
    private final Connections connections;
    private final Dialect.Bell bell;
    private final Duration longestSilence;
    private final CountDownLatch proven = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Whoever takes it out closes it. */
    private final AtomicReference<@Nullable Connection> current = new AtomicReference<>();

    private volatile @Nullable SqlRecords hearer;

    /**
     * Begins to listen.
     *
     * @param longestSilence after this a connection is taken for broken; a session rings itself more often
     */
    Listening(String session, Connections connections, Dialect.Bell bell, Duration longestSilence) {
        this.session = session;
        this.connections = connections;
        this.bell = bell;
        this.longestSilence = longestSilence;
        connect();
        var thread = new Thread(this::listen, "coordination-sql-listener");
        thread.setDaemon(true);
        thread.start();
    }

    /** {@return whether a message that was sent over another connection comes, within a quarter of the lease} */
    boolean hears() {
        connections.use(connection -> {
            bell.ring(connection, session, "");
            return true;
        });
        var interrupted = false;
        try {
            while (true) {
                try {
                    return proven.await(
                            Math.min(LONGEST_PROOF.toNanos(), longestSilence.toNanos() / 4), TimeUnit.NANOSECONDS);
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

    /** From now on this session is told. */
    void tell(SqlRecords hearer) {
        this.hearer = hearer;
    }

    private void connect() {
        var connection = connections.connect();
        try {
            bell.listen(connection, session);
            current.set(connection);
        } catch (SQLException failure) {
            Connections.close(connection, false);
            throw Failure.notConnected(failure);
        }
        if (isClosed() && current.compareAndSet(connection, null)) {
            Connections.close(connection, true);
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void listen() {
        var pause = FIRST_PAUSE;
        while (!isClosed()) {
            try {
                var connection = current.get();
                if (connection == null) {
                    connect();
                    // Whatever was told meanwhile was missed.
                    tellAll();
                } else {
                    hear(connection);
                }
                pause = FIRST_PAUSE;
            } catch (SQLException | StoreException broken) {
                drop();
                if (isClosed()) {
                    return;
                }
                LOG.debug("Session {} does not hear what it is told", session, broken);
                pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private void hear(Connection connection) throws SQLException {
        var told = bell.await(connection, longestSilence);
        if (told.isEmpty() && !isClosed()) {
            throw new SQLException("nothing was heard for " + longestSilence.toMillis() + " ms", "08006");
        }
        proven.countDown();
        var records = hearer;
        for (var payload : told) {
            var news = bell.told(payload);
            if (records != null && news != null) {
                tell(records, news);
            }
        }
    }

    private void tell(SqlRecords records, Dialect.News news) {
        try {
            records.told(news);
        } catch (RuntimeException itsOwnAffair) {
            LOG.debug("Session {} could not follow up a change of {}", session, news.key(), itsOwnAffair);
        }
    }

    private void tellAll() {
        var records = hearer;
        if (records != null) {
            records.missed();
        }
    }

    /** When the server ended one connection it may have ended the others. */
    private void drop() {
        var broken = current.getAndSet(null);
        if (broken != null) {
            Connections.close(broken, false);
            connections.distrust();
        }
    }

    private void pause(Duration pause) {
        try {
            closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurried) {
            // Nobody but ourselves has this thread.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        var connection = current.getAndSet(null);
        if (connection != null) {
            Connections.close(connection, false);
        }
    }
}
