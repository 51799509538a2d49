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

import io.coordination.driver.support.PartedSession;
import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.Traits;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A session whose exclusive locks and leaderships are locks of a connection to the server. An exclusive lock is nothing but
 * that. A leadership also has its row, which says who leads. What is shared or has permits is a row, and keeps exclusive
 * locks out by the server's lock, too. Groups are rows.
 */
final class LockSession extends PartedSession {

    private final String member;
    private final Settings settings;
    private final Surroundings with;
    private final SessionEvents events;
    private final ServerLocks locks;
    private final Connections connections;
    private final LockConnection connection;
    private final Doorbells doorbells;

    private final Map<Long, LockClaim> claims = new ConcurrentHashMap<>();
    private final Standing standing = new Standing();
    private final AtomicBoolean ended = new AtomicBoolean();

    private volatile @Nullable RecordSession rows;
    private volatile long backend;

    private LockSession(
            Settings settings, Dialect dialect, Source source, Target target, Surroundings with, SessionEvents events) {
        this.member = target.memberId();
        this.settings = settings;
        this.with = with;
        this.events = events;
        this.locks = dialect.locks();
        this.connections = new Connections(source, 1, with.clock(), settings.patience());
        connections.prepare(dialect::prepare);
        this.connection =
                new LockConnection(connections, with.clock(), settings.patience(), this::opened, this::hasLocks);
        this.doorbells = new Doorbells(
                new Connections(source, 1, with.clock(), settings.patience()),
                locks,
                connection,
                settings.connections() - 2,
                settings,
                with.clock());
    }

    static Session open(
            Settings settings, Dialect dialect, Source source, Target target, Surroundings with, SessionEvents events) {
        var session = new LockSession(settings, dialect, source, target, with, events);
        try {
            session.connection.use(connected -> true);
            session.rows =
                    SqlSessions.open(settings, dialect, source, target, with, session.new RowEvents(), session.backend);
            return session;
        } catch (StoreException failure) {
            session.connection.close();
            throw failure.reason() == Reason.TIMED_OUT
                    ? new StoreException(Reason.UNREACHABLE, String.valueOf(failure.getMessage()), failure)
                    : failure;
        } catch (RuntimeException | Error failure) {
            session.connection.close();
            throw failure;
        }
    }

    private void opened(Connection made) throws SQLException {
        var known = rows;
        if (known != null) {
            locks.settle(made);
        }
        backend = locks.prepare(made, settings.lease());
        if (known != null) {
            locks.rows().moved(made, known.id(), backend);
        }
    }

    private boolean hasLocks() {
        return claims.values().stream().anyMatch(LockClaim::locked);
    }

    /** The session of rows, while this one lasts. */
    RecordSession rows() {
        var known = rows;
        if (ended.get() || known == null) {
            throw over();
        }
        return known;
    }

    private static StoreException over() {
        return new StoreException(Reason.SESSION_LOST, "the session is over");
    }

    /** Statements on the connection that has the locks. */
    <T> T use(Connections.Work<T> work) {
        if (ended.get()) {
            throw over();
        }
        try {
            return connection.use(work);
        } catch (StoreException failure) {
            if (connection.isOver()) {
                lost("the connection that had its locks broke: " + failure.getMessage());
            }
            throw failure;
        }
    }

    boolean hasEnded() {
        return ended.get();
    }

    Standing standing() {
        return standing;
    }

    Doorbells doorbells() {
        return doorbells;
    }

    Clock clock() {
        return with.clock();
    }

    Duration patience() {
        return settings.patience();
    }

    void remember(LockClaim claim) {
        claims.put(claim.id(), claim);
    }

    void forget(long id) {
        claims.remove(id);
    }

    @Override
    public Traits traits() {
        return Objects.requireNonNull(rows).traits();
    }

    @Override
    public Claim claim(Key key, Mode mode, long id) {
        var claim = new LockClaim(this, locks, key, mode, id);
        remember(claim);
        var asked = false;
        try {
            claim.attempt();
            asked = true;
            return claim;
        } finally {
            if (!asked) {
                claims.remove(id);
            }
        }
    }

    @Override
    public void withdraw(Key key, long id) {
        var claim = claims.get(id);
        if (claim != null) {
            claim.release();
        }
        rows().withdraw(key, id);
    }

    @Override
    public List<Holder> holders(Key key) {
        var standing = rows().holders(key);
        if (key.kind() == Key.Kind.LOCK && !standing.isEmpty()) {
            return standing;
        }
        for (var claim : claims.values()) {
            if (claim.key().equals(key) && claim.hasToken()) {
                return List.of(claim.holder(member));
            }
        }
        var owner = use(connected -> locks.owner(connected, key));
        if (owner == null) {
            return List.of();
        }
        return standing.isEmpty() && key.kind() == Key.Kind.LOCK
                ? List.of(new Holder(owner.member(), Mode.EXCLUSIVE, 0, null))
                : standing;
    }

    @Override
    public boolean evict(Key key) {
        var evicted = rows().evict(key);
        var owner = use(connected -> {
            var found = locks.owner(connected, key);
            if (found != null && found.backend() != backend) {
                locks.rows().ask(connected, found.backend(), key);
            }
            return found;
        });
        if (owner != null && owner.backend() == backend) {
            giveUp(key);
        } else if (owner != null || evicted) {
            awaitGivenUp(key, owner == null ? 0 : owner.backend());
        }
        return evicted || owner != null;
    }

    /** Whoever has it learns of it at its next renewal; one that does not answer loses all that it has. */
    private void awaitGivenUp(Key key, long holder) {
        var helper = connections.connect();
        try {
            var half = settings.lease().dividedBy(2);
            helper.setNetworkTimeout(
                    Runnable::run,
                    Math.toIntExact(half.plus(settings.patience()).toMillis()));
            locks.limit(helper, settings.lease());
            if (!locks.await(helper, key, half) && holder != 0) {
                locks.kill(helper, holder);
                locks.await(helper, key, settings.patience());
            }
            locks.leave(helper);
        } catch (SQLException failure) {
            throw Failure.of(failure);
        } finally {
            Connections.close(helper, false);
        }
    }

    /** What others asked for. */
    private void giveUp(Key key) {
        for (var claim : claims.values()) {
            if (claim.key().equals(key) && claim.held() && claims.remove(claim.id(), claim)) {
                claim.release();
                events.lost(key, claim.id(), "it was taken away");
            }
        }
    }

    @Override
    protected LockCalls lockCalls() {
        return rows();
    }

    @Override
    protected GroupCalls groupCalls() {
        return rows();
    }

    @Override
    public Watch watch(Key key, Runnable changed) {
        return rows().watch(key, changed);
    }

    @Override
    public Duration renew() {
        var standing = rows();
        var beat = use(connected -> locks.rows().beat(connected, standing.id()));
        if (beat.backend() != backend) {
            connection.distrust();
            lost("the connection that had its locks leads to another one of the server");
            throw over();
        }
        var asked = beat.asked();
        if (asked != null) {
            giveUp(asked);
            use(connected -> {
                locks.rows().answered(connected, standing.id(), asked);
                return true;
            });
        }
        return standing.renew();
    }

    private void lost(String reason) {
        var standing = rows;
        if (standing != null) {
            standing.lost(reason);
        }
    }

    @Override
    public void close() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        doorbells.close();
        try {
            connection.use(connected -> {
                locks.leave(connected);
                return true;
            });
        } catch (StoreException gone) {
            // It ends with the connection.
        } finally {
            connection.close();
            var standing = rows;
            if (standing != null) {
                standing.close();
            }
        }
    }

    /** What becomes of rows becomes of this session. */
    private final class RowEvents implements SessionEvents {

        @Override
        public void live() {
            events.live();
        }

        @Override
        public void suspended(Duration belief) {
            events.suspended(belief);
        }

        @Override
        public void lost(String reason) {
            if (ended.compareAndSet(false, true)) {
                doorbells.close();
                connection.close();
                events.lost(reason);
            }
        }

        @Override
        public void lost(Key key, long id, String reason) {
            var claim = claims.remove(id);
            if (claim != null) {
                claim.unlockQuietly();
                events.lost(key, id, reason);
            }
        }
    }
}
