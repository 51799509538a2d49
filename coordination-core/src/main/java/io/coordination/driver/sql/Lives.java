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

import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Scheduler;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which other sessions live. What the database said is true until the session's lease would end, by our clock from before it
 * was asked; only then it is asked again, so that a living session costs nothing and a dead one is noticed when its lease ends.
 */
final class Lives {

    private static final int REMEMBERED = 10_000;
    private static final Duration LEAST_DELAY = Duration.ofMillis(1);

    private final RecordSession session;
    private final Connections connections;
    private final Dialect dialect;
    private final Surroundings with;
    private final Duration patience;

    /** Sessions that live until then at least, by our clock. */
    private final Map<String, Long> until = new ConcurrentHashMap<>();
    /** Sessions whose rows are gone, which never come back. */
    private final Set<String> dead = ConcurrentHashMap.newKeySet();
    /** Sessions whose end matters here. */
    private final Set<String> attended = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private Scheduler.@Nullable Cancellable look;
    private long lookAt;
    private boolean closed;

    Lives(RecordSession session, Connections connections, Dialect dialect, Surroundings with, Duration patience) {
        this.session = session;
        this.connections = connections;
        this.dialect = dialect;
        this.with = with;
        this.patience = patience;
    }

    /** Asks after all of them when this one has to be asked after. */
    boolean alive(String id, Collection<String> others) {
        if (id.equals(session.id()) || isKnownAlive(id)) {
            return true;
        }
        if (!dead.contains(id)) {
            var unknown = new HashSet<>(others);
            unknown.add(id);
            unknown.removeIf(other -> other.equals(session.id()) || isKnownAlive(other) || dead.contains(other));
            ask(unknown);
        }
        return !dead.contains(id);
    }

    private boolean isKnownAlive(String id) {
        var time = until.get(id);
        return time != null && time - with.clock().nanoTime() > 0;
    }

    private void ask(Set<String> ids) {
        var sent = with.clock().nanoTime();
        var lives = connections.use(connection -> {
            var left = dialect.lives(connection, ids);
            var over = left.keySet().stream().filter(id -> left.get(id) <= 0).toList();
            if (over.isEmpty()) {
                return left;
            }
            // Once the row is gone nothing can make the session live again.
            dialect.bury(connection, over);
            return dialect.lives(connection, ids);
        });
        seen(ids, lives, sent);
    }

    /** What a renewal that was sent at this time said of those that are attended. */
    void renewed(Set<String> ids, Map<String, Long> lives, long sent) {
        seen(ids, lives, sent);
        until.entrySet().removeIf(entry -> entry.getValue() - sent < 0 && !attended.contains(entry.getKey()));
        lookLater(LEAST_DELAY);
    }

    private void seen(Collection<String> ids, Map<String, Long> lives, long sent) {
        ids.forEach(id -> seen(id, lives.get(id), sent));
    }

    /** What the database, when asked at this time, said of a session: so many microseconds are left, or none is there. */
    void seen(String id, @Nullable Long left, long sent) {
        if (left != null) {
            until.put(id, sent + left * 1000);
            return;
        }
        if (dead.size() > REMEMBERED) {
            dead.clear();
        }
        dead.add(id);
        until.remove(id);
    }

    Set<String> attended() {
        return Set.copyOf(attended);
    }

    long now() {
        return with.clock().nanoTime();
    }

    /** From now on the end of these sessions is told. */
    void attend(Collection<String> ids) {
        attended.addAll(ids);
        attended.remove(session.id());
        lookLater(LEAST_DELAY);
    }

    /** When the first of them could have ended. */
    private void lookLater(Duration least) {
        var now = with.clock().nanoTime();
        var soonest = Long.MAX_VALUE;
        for (var id : attended) {
            soonest = Math.min(soonest, until.getOrDefault(id, now) - now);
        }
        if (soonest == Long.MAX_VALUE) {
            return;
        }
        var delay = Math.max(soonest + LEAST_DELAY.toNanos(), least.toNanos());
        lock.lock();
        try {
            if (closed || look != null && lookAt - now <= delay) {
                return;
            }
            if (look != null) {
                look.cancel();
            }
            lookAt = now + delay;
            look = with.scheduler().after(Duration.ofNanos(delay), this::lookSoon);
        } finally {
            lock.unlock();
        }
    }

    private void lookSoon() {
        lock.lock();
        try {
            look = null;
        } finally {
            lock.unlock();
        }
        if (!session.interested()) {
            attended.clear();
            return;
        }
        if (attended.stream().allMatch(this::isKnownAlive)) {
            lookLater(LEAST_DELAY);
            return;
        }
        try {
            with.executor().execute(this::look);
        } catch (RejectedExecutionException shuttingDown) {
            close();
        }
    }

    private void look() {
        var due = new HashSet<>(attended);
        due.removeIf(this::isKnownAlive);
        try {
            if (!due.isEmpty()) {
                ask(due);
            }
            for (var id : due) {
                if (dead.contains(id) && attended.remove(id)) {
                    session.died(id);
                }
            }
            lookLater(LEAST_DELAY);
        } catch (StoreException unanswered) {
            lookLater(patience);
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (look != null) {
                look.cancel();
                look = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
