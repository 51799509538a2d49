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

import io.coordination.driver.support.Uninterrupted;
import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few connections, each with a thread, that wait in the server until locks are free. They take none, as a lock can not be
 * moved to the connection that shall have it: they ring, and keep the others who wait from being rung until that one tried.
 * Connections come on demand and go after half a second without use.
 */
final class Doorbells implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SqlDriver.class);
    private static final long IDLE_MILLIS = 500;
    /** After so long the server lets others go on, if this process does not. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration CANCELLED_EACH = Duration.ofMillis(20);

    private final Connections source;
    private final ServerLocks locks;
    private final LockConnection canceller;
    private final int most;
    private final Duration wait;
    private final Duration patience;
    private final Clock clock;

    private final SynchronousQueue<Bell> next = new SynchronousQueue<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Doorbells(
            Connections source, ServerLocks locks, LockConnection canceller, int most, Settings settings, Clock clock) {
        this.source = source;
        this.locks = locks;
        this.canceller = canceller;
        this.most = most;
        this.wait = settings.lease().compareTo(LONGEST_WAIT) < 0 ? settings.lease() : LONGEST_WAIT;
        this.patience = settings.patience();
        this.clock = clock;
    }

    /** Rings when a lock may be free; null when all are in use. */
    @Nullable
    Bell at(Key key, Runnable rung) {
        var bell = new Bell(key, rung);
        if (closed || next.offer(bell)) {
            return closed ? null : bell;
        }
        if (threads.incrementAndGet() > most) {
            threads.decrementAndGet();
            return null;
        }
        var thread = new Thread(new Waiting(bell), "coordination-sql-waiter");
        thread.setDaemon(true);
        thread.start();
        return bell;
    }

    /** One wait. */
    final class Bell {

        private final Key key;
        private final Runnable rung;
        /** Whether to wait on. */
        private final BlockingQueue<Boolean> again = new ArrayBlockingQueue<>(1);

        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

        private volatile long backend;
        private volatile boolean cancelled;
        private volatile boolean isRung;

        Bell(Key key, Runnable rung) {
            this.key = key;
            this.rung = rung;
        }

        /** Whether it rang and nobody said yet what came of it. */
        boolean hasRung() {
            return isRung;
        }

        /** Whether it rings no more. */
        boolean hasEnded() {
            return ended.isDone();
        }

        /** Somebody else was faster. */
        void again() {
            isRung = false;
            again.offer(true);
        }

        /** Nothing is waited for any more, and when this returns nothing is left in the server's line. */
        void end() {
            cancelled = true;
            again.offer(false);
            if (isRung) {
                return;
            }
            var end = clock.nanoTime() + patience.toNanos();
            while (!hasEnded() && clock.nanoTime() < end) {
                var waits = backend;
                if (waits != 0 && !isRung) {
                    cancel(waits);
                }
                try {
                    Uninterrupted.get(ended, CANCELLED_EACH, clock);
                } catch (TimeoutException notYet) {
                    continue;
                } catch (ExecutionException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        }

        private void cancel(long waits) {
            try {
                canceller.use(connection -> {
                    locks.cancel(connection, waits);
                    return true;
                });
            } catch (StoreException unanswered) {
                LOG.debug("A wait for {} was not cancelled", key, unanswered);
            }
        }
    }

    private final class Waiting implements Runnable {

        private final Bell first;
        private volatile @Nullable Connection connection;
        private volatile @Nullable Thread thread;
        private long backend;

        Waiting(Bell first) {
            this.first = first;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            waiting.add(this);
            try {
                for (var bell = first;
                        bell != null;
                        bell = closed ? null : next.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS)) {
                    serve(bell);
                }
            } catch (InterruptedException isClosed) {
                LOG.trace("Waits no more", isClosed);
            } finally {
                waiting.remove(this);
                threads.decrementAndGet();
                drop();
            }
        }

        private void serve(Bell bell) throws InterruptedException {
            try {
                var current = connection;
                wait(bell, current == null ? connect() : current);
            } catch (SQLException | StoreException broken) {
                LOG.debug("A wait for {} broke", bell.key, broken);
                drop();
            } finally {
                bell.ended.complete(true);
            }
            // A hint, that nothing more comes of this one.
            if (!bell.cancelled) {
                bell.rung.run();
            }
        }

        private Connection connect() throws SQLException {
            var made = source.connect();
            connection = made;
            backend = locks.limit(made, SILENCE);
            made.setNetworkTimeout(
                    Runnable::run,
                    Math.toIntExact(wait.multipliedBy(2).plus(patience).toMillis()));
            return made;
        }

        private void wait(Bell bell, Connection on) throws SQLException, InterruptedException {
            bell.backend = backend;
            try {
                while (!bell.cancelled && !closed) {
                    if (!locks.await(on, bell.key, wait)) {
                        continue;
                    }
                    bell.isRung = true;
                    bell.rung.run();
                    if (!Boolean.TRUE.equals(bell.again.poll(SILENCE.toMillis(), TimeUnit.MILLISECONDS))) {
                        break;
                    }
                }
            } finally {
                bell.backend = 0;
                if (!closed) {
                    locks.leave(on);
                }
            }
        }

        void drop() {
            var broken = connection;
            connection = null;
            if (broken != null) {
                Connections.close(broken, false);
            }
        }

        void stop() {
            drop();
            var running = thread;
            if (running != null) {
                running.interrupt();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.forEach(Waiting::stop);
    }
}
