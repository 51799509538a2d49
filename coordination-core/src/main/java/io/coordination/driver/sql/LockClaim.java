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

import io.coordination.driver.sql.ServerLocks.Grant.Outcome;
import io.coordination.spi.Claim;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A claim: the server's lock, a place in a row, or both. */
final class LockClaim implements Claim.Passing {

    private final LockSession session;
    private final ServerLocks locks;
    private final Key key;
    private final Mode mode;
    private final long id;
    /** Whether a row is written of it. */
    private final boolean withRow;

    private volatile long token;
    private volatile long since;
    private volatile boolean locked;
    private volatile @Nullable Claim place;
    private volatile @Nullable Runnable wake;
    private Doorbells.@Nullable Bell bell;
    private final AtomicBoolean entered = new AtomicBoolean();
    /** The server's lock was free, but a row kept it out: there is nothing to wait for in the server. */
    private boolean kept;

    private long tried;

    LockClaim(LockSession session, ServerLocks locks, Key key, Mode mode, long id) {
        this.session = session;
        this.locks = locks;
        this.key = key;
        this.mode = mode;
        this.id = id;
        this.withRow = key.kind() != Key.Kind.LOCK || !mode.equals(Mode.EXCLUSIVE) || !locks.draws();
    }

    @Override
    public boolean held() {
        var row = place;
        return token != 0 || row != null && row.held();
    }

    Key key() {
        return key;
    }

    long id() {
        return id;
    }

    /** Whether this connection has the server's lock for it. */
    boolean locked() {
        return locked;
    }

    /** Who has it, where no row says so. */
    Holder holder(String member) {
        return new Holder(member, Mode.EXCLUSIVE, token, Instant.ofEpochMilli(since));
    }

    boolean hasToken() {
        return token != 0;
    }

    @Override
    public long token() {
        var row = place;
        if (row != null) {
            return row.token();
        }
        if (token == 0) {
            throw new IllegalStateException("the claim on " + key + " is not held");
        }
        return token;
    }

    /** One look whether it can be had. */
    boolean attempt() {
        tried = session.clock().nanoTime();
        kept = false;
        if (!session.standing().enter(key, mode)) {
            return false;
        }
        entered.set(true);
        var had = false;
        try {
            had = withRow ? attemptWithRow() : attemptAlone();
            return had;
        } finally {
            if (!had) {
                leave();
            }
        }
    }

    private void leave() {
        if (entered.compareAndSet(true, false)) {
            session.standing().leave(key);
        }
    }

    private boolean attemptAlone() {
        var shared = session.use(connected -> granted(take(connected)) == Outcome.SHARED);
        // What a dead session shared counts for nothing, and goes when somebody looks.
        if (shared && session.rows().holders(key).isEmpty()) {
            session.use(connected -> granted(take(connected)));
        }
        kept = shared;
        return held();
    }

    private ServerLocks.Grant take(Connection connected) throws SQLException {
        try {
            return locks.take(connected, key);
        } catch (SQLException failure) {
            throw untaken(connected, failure);
        }
    }

    /** What fails after the lock was taken leaves it taken. */
    private SQLException untaken(Connection connected, SQLException failure) throws SQLException {
        if (!Failure.breaks(failure)) {
            locks.release(connected, key, mode);
        }
        return failure;
    }

    /** In the turn in which it was granted, so that what breaks later takes it away. */
    private Outcome granted(ServerLocks.Grant grant) {
        if (grant.outcome() == Outcome.TAKEN) {
            locked = true;
            since = session.clock().wallMillis();
            token = grant.token();
        }
        return grant.outcome();
    }

    private boolean attemptWithRow() {
        var exclusive = mode.equals(Mode.EXCLUSIVE);
        if ((exclusive || locks.shares()) && !lock(exclusive)) {
            return false;
        }
        var had = false;
        try {
            had = takePlace(exclusive);
            kept = !had;
            return had;
        } finally {
            if (!had) {
                unlockQuietly();
            }
        }
    }

    private boolean lock(boolean exclusive) {
        return session.use(
                connected -> locked = exclusive ? locks.takeBesideRow(connected, key) : locks.share(connected, key));
    }

    private boolean takePlace(boolean exclusive) {
        var taken = session.rows().claim(key, mode, id);
        if (!taken.held() && exclusive && !isShared()) {
            // Whoever the row is of does not have the lock any more.
            session.rows().evict(key);
            taken = session.rows().claim(key, mode, id);
        }
        if (!taken.held()) {
            taken.release();
            return false;
        }
        if (!exclusive && !locks.shares() && !session.use(connected -> locks.isFree(connected, key))) {
            taken.release();
            return false;
        }
        place = taken;
        return true;
    }

    private boolean isShared() {
        return session.rows().holders(key).stream()
                .anyMatch(holder -> !holder.mode().equals(Mode.EXCLUSIVE));
    }

    @Override
    public boolean advance(Runnable wake) {
        this.wake = wake;
        if (held()) {
            return true;
        }
        session.rows();
        var waits = mode.equals(Mode.EXCLUSIVE) && !kept ? bell() : null;
        var rung = waits != null && waits.hasRung();
        // A bell rings also for what was free before it waited, so there is no need to look.
        if (waits != null
                && !rung
                && session.clock().nanoTime() - tried < session.patience().toNanos()) {
            return false;
        }
        if (attempt() || kept) {
            endWait();
        } else if (rung) {
            waits.again();
        }
        return held();
    }

    private Doorbells.@Nullable Bell bell() {
        if (bell != null && bell.hasEnded()) {
            bell = null;
        }
        if (bell == null) {
            bell = session.doorbells().at(key, this::rung);
        }
        return bell;
    }

    private void rung() {
        var waiting = wake;
        if (waiting != null) {
            waiting.run();
        }
    }

    private void endWait() {
        var waits = bell;
        bell = null;
        if (waits != null) {
            waits.end();
        }
    }

    @Override
    public boolean release() {
        session.forget(id);
        if (!session.hasEnded()) {
            endWait();
        }
        var row = place;
        if (row == null) {
            return unlock();
        }
        var left = false;
        try {
            var had = row.release();
            left = true;
            place = null;
            unlock();
            return had;
        } finally {
            if (!left) {
                // Whoever withdraws it has to find the server's lock, too.
                session.remember(this);
            }
        }
    }

    /** Safe to repeat. */
    private boolean unlock() {
        var had = locked
                && session.use(connected -> {
                    var known = locks.release(connected, key, mode);
                    locked = false;
                    return known;
                });
        token = 0;
        leave();
        return had;
    }

    void unlockQuietly() {
        try {
            unlock();
        } catch (StoreException gone) {
            // With the connection.
        }
    }

    @Override
    public @Nullable Claim pass(long nextId) {
        if (withRow) {
            return release() ? session.claim(key, mode, nextId) : null;
        }
        session.forget(id);
        var next = new LockClaim(session, locks, key, mode, nextId);
        session.remember(next);
        var passed = false;
        try {
            var outcome = session.use(connected -> {
                locked = false;
                try {
                    return next.granted(locks.pass(connected, key));
                } catch (SQLException failure) {
                    locked = Failure.breaks(failure);
                    throw untaken(connected, failure);
                }
            });
            token = 0;
            if (outcome == Outcome.TAKEN) {
                next.entered.set(entered.getAndSet(false));
            }
            leave();
            passed = outcome != Outcome.MISSING;
            return passed ? next : null;
        } finally {
            if (!passed) {
                session.forget(nextId);
            }
        }
    }
}
