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

import io.coordination.spi.Claim;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Names;
import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import io.coordination.spi.StoreException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hold, of a lock or of leadership. Owned by whoever has this object: any thread may use and release it.
 *
 * <p>It ends when it is released, or when it is {@linkplain #onLost lost}: the store could not confirm it in time, the session
 * ended, somebody took it away, or the cap was reached. A lost lease never becomes valid again. {@link #isValid} looks at
 * this machine's clock and says no before the store may give the lock to somebody else; it can not speak for the moment
 * after it returned, in which a process may be frozen. What must not be overwritten by a holder that was frozen has to be
 * protected by the {@link #token}: refuse a token smaller than the greatest one seen.
 */
public final class Lease implements AutoCloseable {

    private enum Phase {
        HELD,
        RELEASED,
        LOST
    }

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final SessionKeeper keeper;
    private final Tenure tenure;
    private final Key key;
    private final Mode mode;
    private final long claimId;
    private final Claim claim;
    private final long token;
    private final End end;
    private final long since;
    private final Flight.@Nullable LeaseHeld flight = Flight.leaseHeld();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.HELD);
    private final Queue<Consumer<? super LeaseLoss>> listeners = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> heard = new CompletableFuture<>();
    private volatile @Nullable LeaseLoss loss;
    private volatile Terms.Counted terms;
    private volatile Scheduler.@Nullable Cancellable cap;

    /**
     * How long it is held.
     *
     * @param atMost the cap, null for none
     * @param atLeast for how long the lock stays taken even when it is released earlier
     */
    record Terms(@Nullable Duration atMost, Duration atLeast) {

        static final Terms NONE = new Terms(null, Duration.ZERO);

        static Terms of(@Nullable Duration atMost, Duration atLeast) {
            if (atMost != null && (atMost.isZero() || atMost.isNegative())) {
                throw new BadOptionException("the cap of a lock must be more than zero, but is " + atMost, null);
            }
            if (atLeast.isNegative()) {
                throw new BadOptionException("the least time of a lock must not be negative, but is " + atLeast, null);
            }
            return new Terms(atMost == null ? null : bounded(atMost), bounded(atLeast));
        }

        private static Duration bounded(Duration duration) {
            if (duration.getSeconds() > Integer.MAX_VALUE) {
                throw new BadOptionException("a time of " + duration + " is too long to count", null);
            }
            return duration;
        }

        /** Terms, and since when they count. */
        private record Counted(Terms terms, long since) {}
    }

    /** What the end of a lease sets going on this machine, once. */
    @FunctionalInterface
    interface End {

        void run();

        /** Gives the claim back in the store, and runs. */
        default boolean release(Claim claim) {
            try {
                return claim.release();
            } finally {
                run();
            }
        }
    }

    Lease(SessionKeeper keeper, Tenure tenure, Key key, Mode mode, long claimId, Claim claim, Terms terms, End end) {
        this.keeper = keeper;
        this.tenure = tenure;
        this.key = key;
        this.mode = mode;
        this.claimId = claimId;
        this.claim = claim;
        this.token = claim.token();
        this.end = end;
        this.since = keeper.clock().nanoTime();
        this.terms = new Terms.Counted(terms, since);
    }

    /** Makes the lease known to its session; from now on it can be lost. */
    Lease begin() {
        tenure.hold(this);
        armCap(terms.terms());
        return this;
    }

    private void armCap(Terms counted) {
        var atMost = counted.atMost();
        if (atMost != null) {
            cap = keeper.scheduler().after(atMost, this::reachCap);
        }
    }

    /**
     * What is held.
     *
     * @return the name of the lock, or of the group whose leadership this is
     */
    public String name() {
        return key.name();
    }

    Key key() {
        return key;
    }

    long claimId() {
        return claimId;
    }

    /**
     * Beside whom it is held.
     *
     * @return the mode
     */
    public Mode mode() {
        return mode;
    }

    /**
     * The fencing token: greater than the token of every earlier grant of this name.
     *
     * @return the token; meaningless on a store that does not declare {@code FENCING}
     */
    public long token() {
        return token;
    }

    /**
     * Whether the hold may be believed at this moment. No round trip; well under a microsecond.
     *
     * @return false from the release or the loss on, for ever
     */
    public boolean isValid() {
        return phase.get() == Phase.HELD && tenure.isBelieved() && !isCapReached();
    }

    /**
     * For how long the hold may be believed if the store confirms it no more.
     *
     * @return zero when it is not valid; {@link Session#FOREVER} when nothing but the end of this process ends it
     */
    public Duration remaining() {
        if (!isValid()) {
            return Duration.ZERO;
        }
        var counted = terms;
        var atMost = counted.terms().atMost();
        var capped = atMost == null ? Long.MAX_VALUE : atMost.toNanos() - elapsed(counted.since());
        var left = Math.min(capped, tenure.belief().remainingNanos(keeper.clock()));
        return left == Long.MAX_VALUE ? Session.FOREVER : Duration.ofNanos(Math.max(0, left));
    }

    /**
     * How long ago it was granted.
     *
     * @return the time by this machine's monotonic clock
     */
    public Duration heldFor() {
        return Duration.ofNanos(elapsed(since));
    }

    /**
     * Counts the longest and the least time of this hold anew, from now on. No round trip: the store keeps the hold for as
     * long as its session is renewed.
     *
     * @param atMost for how long it is held at most from now on, more than zero; null for no cap
     * @param atLeast for how long the lock stays taken from now on even when it is released earlier, zero for no such time
     * @return whether the hold may be believed; false when it was over, and then nothing changed
     * @throws BadOptionException when a time is too short or too long
     */
    public boolean extend(@Nullable Duration atMost, Duration atLeast) {
        var counted = Terms.of(atMost, atLeast);
        if (!isValid()) {
            return false;
        }
        var before = cap;
        terms = new Terms.Counted(counted, keeper.clock().nanoTime());
        armCap(counted);
        if (before != null) {
            before.cancel();
        }
        if (phase.get() != Phase.HELD) {
            cancelCap();
        }
        return isValid();
    }

    /**
     * Registers a listener for the loss, which is called once, on a thread of the coordinator, with no lock held. It is
     * called before the store is told, and before it may give the lock to somebody else; a release is no loss.
     *
     * @param listener is told why; called at once when the lease is lost already
     * @return ends the registration
     */
    public Registration onLost(Consumer<? super LeaseLoss> listener) {
        listeners.add(listener);
        var lost = loss;
        if (lost != null) {
            tell(lost, new Countdown(1, () -> {}));
        }
        return () -> listeners.remove(listener);
    }

    /**
     * Why it was lost.
     *
     * @return null unless it was lost
     */
    public @Nullable LeaseLoss loss() {
        return loss;
    }

    /**
     * Whether it was given back, rather than lost. No round trip.
     *
     * @return true from the release on, false while it is held and when it was lost
     */
    public boolean isReleased() {
        return phase.get() == Phase.RELEASED;
    }

    /**
     * Gives the hold back, in one round trip; others may have it when this returns. When the lock was taken with a least
     * time that is not over, the lock stays taken for the rest of it.
     *
     * @return whether it was still held; false when it had been lost or released
     * @throws CoordinationException when the outcome is unknown; the lease is over here, and the store is told in the
     *     background for as long as the session lives
     */
    public boolean release() {
        var valid = isValid();
        if (!phase.compareAndSet(Phase.HELD, Phase.RELEASED)) {
            return false;
        }
        cancelCap();
        Flight.over(flight, this, null, keeper.memberId());
        if (key.kind() == Key.Kind.LOCK && !keeper.observers().isEmpty()) {
            keeper.observers().released(name(), heldFor());
        }
        var counted = terms;
        var least = counted.terms().atLeast().toNanos();
        var rest = least == 0 ? 0 : least - elapsed(counted.since());
        if (rest > 0 && !keeper.isClosed()) {
            keeper.scheduler()
                    .after(Duration.ofNanos(rest), () -> keeper.workers().work().execute(this::giveBackQuietly));
            return valid;
        }
        return giveBack() && valid;
    }

    /** Releases it and says nothing: a failure is logged and mended in the background. Harmless when repeated. */
    @Override
    public void close() {
        try {
            release();
        } catch (CoordinationException unknown) {
            LOG.warn("The release of {} is being repeated in the background: {}", key, unknown.getMessage());
        }
    }

    /** Loses it, if it is not over; {@code told} runs once all listeners of a loss, this one or an earlier, have returned. */
    void lose(LeaseLoss.Reason reason, String detail, Runnable told) {
        if (!phase.compareAndSet(Phase.HELD, Phase.LOST)) {
            if (phase.get() == Phase.LOST) {
                heard.thenRun(told);
            } else {
                told.run();
            }
            return;
        }
        cancelCap();
        var lost = new LeaseLoss(key.name(), token, reason, detail);
        loss = lost;
        // Before anybody is told, who may want the lock anew at once.
        end.run();
        Flight.over(flight, this, lost, keeper.memberId());
        if (key.kind() == Key.Kind.LOCK) {
            if (reason == LeaseLoss.Reason.EVICTED || reason == LeaseLoss.Reason.CAP_REACHED) {
                LOG.warn("Member {}: lock {}", Names.printable(keeper.memberId()), lost);
            }
            keeper.leaseLost(lost);
            keeper.observers().lost(lost, heldFor());
        }
        heard.thenRun(told);
        tell(lost, new Countdown(1, () -> heard.complete(null)));
        if (!heard.isDone()) {
            keeper.notLater(() -> heard.complete(null));
        }
    }

    private void tell(LeaseLoss lost, Countdown all) {
        for (var listener = listeners.poll(); listener != null; listener = listeners.poll()) {
            var next = listener;
            all.await();
            new SerialQueue(keeper.workers().listeners()).execute(() -> {
                try {
                    next.accept(lost);
                } finally {
                    all.arrive();
                }
            });
        }
        all.arrive();
    }

    private void reachCap() {
        // Not when it was extended meanwhile.
        if (isCapReached()) {
            lose(
                    LeaseLoss.Reason.CAP_REACHED,
                    "it was held for the longest time allowed, " + terms.terms().atMost(),
                    () -> keeper.workers().work().execute(this::giveBackQuietly));
        }
    }

    private boolean isCapReached() {
        var counted = terms;
        var atMost = counted.terms().atMost();
        return atMost != null && elapsed(counted.since()) >= atMost.toNanos();
    }

    private void cancelCap() {
        var pending = cap;
        if (pending != null) {
            pending.cancel();
        }
    }

    private long elapsed(long start) {
        return keeper.clock().nanoTime() - start;
    }

    private boolean giveBack() {
        tenure.forget(this);
        // After a loss that was done already.
        End next = phase.get() == Phase.RELEASED ? end : () -> {};
        if (tenure.isOver()) {
            next.run();
            return false;
        }
        try {
            return next.release(claim);
        } catch (StoreException failure) {
            keeper.withdrawLater(tenure, key, claimId);
            throw Failures.of(failure, "release " + key);
        }
    }

    private void giveBackQuietly() {
        try {
            giveBack();
        } catch (CoordinationException unknown) {
            LOG.debug("A release is being repeated", unknown);
        }
    }

    /** {@return what is held, with its token} */
    @Override
    public String toString() {
        return "Lease[" + key + ", " + mode + ", token " + token + (isValid() ? "" : ", over") + "]";
    }
}
