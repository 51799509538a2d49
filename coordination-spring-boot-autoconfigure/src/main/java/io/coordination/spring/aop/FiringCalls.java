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
package io.coordination.spring.aop;

import io.coordination.BadNameException;
import io.coordination.BadOptionException;
import io.coordination.CoordinationException;
import io.coordination.CoordinationLock;
import io.coordination.Firing;
import io.coordination.Lease;
import io.coordination.spi.Names;
import java.time.Instant;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The firings of one method and lock that this member came for. What can not be decided at once, because another member runs or
 * the store fails, is decided in the background, earlier firings first, by one thread that goes when there is nothing left.
 */
final class FiringCalls {

    private static final Logger LOG = LoggerFactory.getLogger(FiringCalls.class);
    private static final int MOST_LATE = 100;

    private final Site site;
    private final CoordinationLock lock;
    private final Guarded guarded;
    private final Executor background;

    private final ReentrantLock turn = new ReentrantLock();
    private final TreeSet<Instant> late = new TreeSet<>();
    private boolean waiting;

    /** How the interceptor runs a body under a lease. */
    @FunctionalInterface
    interface Guarded {

        @Nullable
        Object run(Lease lease, Instant planned, Body body) throws Throwable;
    }

    FiringCalls(Site site, CoordinationLock lock, Guarded guarded, Executor background) {
        this.site = site;
        this.lock = lock;
        this.guarded = guarded;
        this.background = background;
    }

    /**
     * Comes for a firing.
     *
     * @param body runs the method; may be run again, on another thread
     * @return what the method returns, null where it is not run here and now
     */
    @Nullable
    Object come(Instant planned, Body body) throws Throwable {
        if (isWaiting()) {
            later(planned, body);
            return null;
        }
        var firing = lock.firing(planned);
        Lease lease;
        try {
            if (firing.isOver()) {
                return null;
            }
            lease = lock.tryAcquire().orElse(null);
        } catch (BadNameException | BadOptionException wrong) {
            throw wrong;
        } catch (CoordinationException failure) {
            LOG.warn("{} for {} waits for the store: {}", site, planned, failure.getMessage());
            later(planned, body);
            return null;
        }
        if (lease == null) {
            LOG.debug("{} for {}: another member runs, or an earlier firing here", site, planned);
            later(planned, body);
            return null;
        }
        return run(firing, lease, body);
    }

    private @Nullable Object run(Firing firing, Lease lease, Body body) throws Throwable {
        var begun = false;
        try {
            begun = firing.begin(lease);
        } finally {
            if (!begun) {
                lease.close();
            }
        }
        return begun ? guarded.run(lease, firing.planned(), () -> untilEnded(firing, lease, body)) : null;
    }

    private @Nullable Object untilEnded(Firing firing, Lease lease, Body body) throws Throwable {
        Object result;
        try {
            result = body.proceed();
        } catch (Throwable thrown) {
            // What was broken off, by a loss or by the end of the application, another member runs once more.
            if (lease.isValid()
                    && !(thrown instanceof InterruptedException)
                    && !Thread.currentThread().isInterrupted()) {
                end(firing);
            }
            throw thrown;
        }
        end(firing);
        return result;
    }

    private void end(Firing firing) {
        for (var tries = 0; tries < 3; tries++) {
            try {
                firing.end();
                return;
            } catch (CoordinationException failure) {
                LOG.warn(
                        "It is unknown whether the store knows that {} was run for {}: {}",
                        site,
                        firing.planned(),
                        failure.getMessage());
            }
        }
        LOG.error("{} was run for {}, and may be run once more by another member", site, firing.planned());
    }

    private boolean isWaiting() {
        turn.lock();
        try {
            return waiting;
        } finally {
            turn.unlock();
        }
    }

    private void later(Instant planned, Body body) {
        Instant dropped = null;
        boolean idle;
        turn.lock();
        try {
            late.add(planned);
            if (late.size() > MOST_LATE) {
                dropped = late.pollFirst();
            }
            idle = !waiting;
            waiting = true;
        } finally {
            turn.unlock();
        }
        if (dropped != null) {
            LOG.error("{} is not run here for {}: {} later firings are due", site, dropped, MOST_LATE);
        }
        if (!idle) {
            return;
        }
        try {
            background.execute(() -> makeUp(body));
        } catch (RuntimeException refused) {
            next();
            throw refused;
        }
    }

    /** The lock; null when this member stops, and its coordinator is closed. */
    private @Nullable Lease acquired() throws InterruptedException {
        try {
            return lock.acquire();
        } catch (IllegalStateException closed) {
            return null;
        }
    }

    /** The earliest firing to be decided; null when there is none, and then the next one needs another thread. */
    private @Nullable Instant next() {
        turn.lock();
        try {
            var next = late.pollFirst();
            waiting = next != null;
            return next;
        } finally {
            turn.unlock();
        }
    }

    private void makeUp(Body body) {
        for (var planned = next(); planned != null; planned = next()) {
            try {
                var lease = acquired();
                if (lease == null) {
                    LOG.debug("{} for {} is left to other members, as this one stops", site, planned);
                    continue;
                }
                run(lock.firing(planned), lease, body);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (Throwable failure) {
                LOG.error(
                        "{} for {}, under lock '{}', failed in the background",
                        site,
                        planned,
                        Names.printable(lock.name()),
                        failure);
            }
        }
    }
}
