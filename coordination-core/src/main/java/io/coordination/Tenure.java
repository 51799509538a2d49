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
package io.coordination;

import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.Names;
import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.SessionState;
import io.coordination.spi.StoreException;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session from its opening to its loss: what is believed of it, and what is held through it. When it is lost, its leases
 * and waiters are told first, on this machine, and only then the store.
 */
final class Tenure implements SessionEvents {

    private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

    private final SessionKeeper keeper;
    private final Clock clock;
    private final AtomicReference<SessionState> state = new AtomicReference<>(SessionState.LIVE);
    private final AtomicLong claims = new AtomicLong();
    private final Map<Long, Lease> leases = new ConcurrentHashMap<>();
    private final Map<Long, String> evicted = new ConcurrentHashMap<>();
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private final AtomicReference<Belief> belief = new AtomicReference<>(Belief.UNLIMITED);
    private final AtomicReference<Scheduler.Cancellable> alarm = new AtomicReference<>(() -> {});
    private volatile @Nullable Session session;

    Tenure(SessionKeeper keeper, Clock clock) {
        this.keeper = keeper;
        this.clock = clock;
    }

    void begin(Session opened, Belief belief) {
        this.belief.set(belief);
        this.session = opened;
    }

    Session session() {
        var open = session;
        if (open == null || isOver()) {
            throw new StoreException(StoreException.Reason.SESSION_LOST, "the session is over");
        }
        return open;
    }

    Traits traits() {
        var open = session;
        if (open == null) {
            throw new IllegalStateException("the session has not been opened");
        }
        return open.traits();
    }

    SessionState state() {
        return state.get();
    }

    boolean isOver() {
        return state.get() == SessionState.LOST;
    }

    /**
     * Whether what is held through this session may be believed at this moment. Once the answer was no it stays so, even if an
     * answer of the store is on its way, or the time of day is set back.
     */
    boolean isBelieved() {
        while (!isOver()) {
            var seen = belief.get();
            if (seen.holds(clock)) {
                return true;
            }
            if (belief.compareAndSet(seen, Belief.OVER)) {
                return false;
            }
        }
        return false;
    }

    /** Believes something else from now on, unless belief is over. */
    private boolean believe(Belief next) {
        while (isBelieved()) {
            var seen = belief.get();
            if (seen != Belief.OVER && belief.compareAndSet(seen, next)) {
                return true;
            }
        }
        return false;
    }

    Belief belief() {
        return belief.get();
    }

    /** What fires at the end of belief, in place of what was to fire before. */
    void alarm(Scheduler.Cancellable next) {
        alarm.getAndSet(next).cancel();
    }

    long nextClaim() {
        return claims.incrementAndGet();
    }

    void hold(Lease lease) {
        leases.put(lease.claimId(), lease);
        loseIfEvicted(lease);
        if (isOver()) {
            lease.lose(LeaseLoss.Reason.SESSION_LOST, "the session ended while it was granted", () -> {});
        }
    }

    void forget(Lease lease) {
        leases.remove(lease.claimId());
    }

    Collection<Lease> leases() {
        return List.copyOf(leases.values());
    }

    /** Wakes a waiter when the session ends. */
    void enlist(Waiter waiter) {
        waiters.add(waiter);
        if (isOver()) {
            waiter.wake();
        }
    }

    void discharge(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** The store confirmed the session in answer to a request sent then. A late answer revives nothing. */
    void confirmed(Belief.Sent sent, Duration granted) {
        if (believe(Belief.granted(sent, granted, traits().granularity()))) {
            live();
        } else {
            expire();
        }
    }

    /** The belief ran out before a renewal succeeded. */
    void expire() {
        endAndReplace(LeaseLoss.Reason.EXPIRED, "the store did not confirm it in time");
    }

    @Override
    public void live() {
        if (traits().lease().isZero() && !believe(Belief.UNLIMITED)) {
            expire();
        } else if (step(SessionState.SUSPENDED, SessionState.LIVE)) {
            LOG.info("Member {}: the store answers again", Names.printable(keeper.memberId()));
            Flight.session(keeper.memberId(), SessionState.LIVE, "the store answers again");
        }
    }

    /** The store does not answer; belief goes on shrinking. */
    void unanswered() {
        if (step(SessionState.LIVE, SessionState.SUSPENDED)) {
            LOG.warn("Member {}: the store does not answer", Names.printable(keeper.memberId()));
            Flight.session(keeper.memberId(), SessionState.SUSPENDED, "the store does not answer");
        }
    }

    private boolean step(SessionState from, SessionState to) {
        return state.get() == from && keeper.step(() -> state.compareAndSet(from, to), to);
    }

    @Override
    public void suspended(Duration remaining) {
        believe(Belief.exactly(Belief.Sent.now(clock), remaining));
        unanswered();
        keeper.watchDeadline(this);
    }

    @Override
    public void lost(String reason) {
        endAndReplace(LeaseLoss.Reason.SESSION_LOST, reason);
    }

    @Override
    public void lost(Key key, long id, String reason) {
        evicted.put(id, reason);
        loseIfEvicted(leases.get(id));
    }

    /** Of a lease that begins and its eviction, whichever comes second finds the other. */
    private void loseIfEvicted(@Nullable Lease lease) {
        var reason = lease == null ? null : evicted.remove(lease.claimId());
        if (lease != null && reason != null) {
            leases.remove(lease.claimId());
            lease.lose(LeaseLoss.Reason.EVICTED, reason, () -> {});
        }
    }

    private void endAndReplace(LeaseLoss.Reason reason, String detail) {
        if (end(reason, detail)) {
            whenTold(() -> keeper.replace(this));
        }
    }

    /** Ends it once, and says whether this was it. */
    boolean end(LeaseLoss.Reason reason, String detail) {
        if (!keeper.step(() -> state.getAndSet(SessionState.LOST) != SessionState.LOST, SessionState.LOST)) {
            return false;
        }
        var telling = new Countdown(1, () -> told.complete(null));
        var held = leases();
        for (var lease : held) {
            telling.await();
            lease.lose(reason, detail, telling::arrive);
        }
        leases.clear();
        alarm(() -> {});
        waiters.forEach(Waiter::wake);
        keeper.ended(this, reason, detail, held);
        telling.arrive();
        return true;
    }

    /** Runs something when all holders were told of the end, whatever ended it, or could have been. */
    void whenTold(Runnable then) {
        told.thenRun(then);
    }

    /** Closes the session in the store, for whatever it is worth. */
    void closeSession() {
        var open = session;
        if (open != null) {
            open.close();
        }
    }
}
