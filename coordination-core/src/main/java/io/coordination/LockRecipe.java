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

import io.coordination.CoordinatorObserver.Asked;
import io.coordination.CoordinatorObserver.Outcome;
import io.coordination.spi.Claim;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a lock is taken: a turn in this process's line first, then one claim at the store. */
final class LockRecipe {

    private static final long PAUSE_AFTER_FAILURE = Duration.ofMillis(200).toNanos();

    private final SessionKeeper keeper;
    private final LocalLines lines = new LocalLines();

    LockRecipe(SessionKeeper keeper) {
        this.keeper = keeper;
    }

    Optional<Lease> tryAcquire(Key key, Mode mode, Lease.Terms terms) {
        return observed(key, mode, () -> tryOnce(key, mode, terms));
    }

    Lease acquire(Key key, Mode mode, Lease.Terms terms) throws InterruptedException {
        return acquire(key, mode, terms, Deadline.never(keeper.clock())).orElseThrow();
    }

    Optional<Lease> acquire(Key key, Mode mode, Lease.Terms terms, Duration wait) throws InterruptedException {
        var deadline = Deadline.in(keeper.clock(), wait);
        return deadline.isNow() ? tryAcquire(key, mode, terms) : acquire(key, mode, terms, deadline);
    }

    private Optional<Lease> acquire(Key key, Mode mode, Lease.Terms terms, Deadline deadline)
            throws InterruptedException {
        return observed(key, mode, () -> waitInLine(key, mode, terms, deadline));
    }

    private interface Attempt<X extends Exception> {

        Optional<Lease> make() throws X;
    }

    private <X extends Exception> Optional<Lease> observed(Key key, Mode mode, Attempt<X> attempt) throws X {
        var event = Flight.lockWait();
        if (event == null && keeper.observers().isEmpty()) {
            return attempt.make();
        }
        keeper.observers().asking(key.name(), mode);
        var began = keeper.clock().nanoTime();
        Lease lease = null;
        Throwable failure = null;
        try {
            var answer = attempt.make();
            lease = answer.orElse(null);
            return answer;
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            var outcome = lease != null ? Outcome.ACQUIRED : failure == null ? Outcome.CONTENDED : Outcome.FAILED;
            var asked = new Asked(key.name(), mode, outcome, keeper.since(began), lease, failure);
            Flight.asked(event, asked, keeper.memberId());
            keeper.observers().asked(asked);
        }
    }

    private Optional<Lease> tryOnce(Key key, Mode mode, Lease.Terms terms) {
        var turn = new LocalLines.Turn(mode, null);
        lines.enter(key, turn);
        if (!turn.isAdmitted()) {
            keeper.requireOpen();
            return Optional.empty();
        }
        Lease lease = null;
        try {
            lease = hold(stand(keeper.tenure(), key, mode), key, mode, terms, null, null);
            return Optional.ofNullable(lease);
        } catch (StoreException failure) {
            throw Failures.of(failure, "acquire " + key);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            if (lease == null) {
                lines.leave(key, mode);
            }
        }
    }

    private Optional<Lease> waitInLine(Key key, Mode mode, Lease.Terms terms, Deadline deadline)
            throws InterruptedException {
        keeper.requireOpen();
        var waiter = new Waiter(keeper.clock());
        var turn = new LocalLines.Turn(mode, waiter);
        lines.enter(key, turn);
        Lease lease = null;
        try {
            while (!turn.isAdmitted()) {
                if (!waiter.await(deadline.leftNanos())) {
                    return Optional.empty();
                }
                keeper.requireOpen();
            }
            lease = claimUntil(turn.standing(), key, mode, terms, waiter, deadline);
            return Optional.ofNullable(lease);
        } finally {
            if (lease == null) {
                lines.abandon(key, turn);
                var unused = turn.standing();
                if (unused != null) {
                    unused.giveBack(keeper, key, true);
                }
            }
        }
    }

    List<Holder> holders(Key key) {
        return keeper.call("list the holders of", key, session -> session.holders(key));
    }

    long exchange(Key key, long expected, long mark) {
        return keeper.call("note what ran under", key, session -> session.exchange(key, expected, mark));
    }

    /** What this machine believes the time of day to be, to tell people. */
    Instant wallTime() {
        return Instant.ofEpochMilli(keeper.clock().wallMillis());
    }

    boolean forceRelease(Key key) {
        return keeper.call("force the release of", key, session -> session.evict(key));
    }

    /** Claims on one session after the other until the claim is held or the time is over. */
    private @Nullable Lease claimUntil(
            @Nullable Standing first, Key key, Mode mode, Lease.Terms terms, Waiter waiter, Deadline deadline)
            throws InterruptedException {
        for (var next = first; ; next = null) {
            try {
                var standing = next == null ? stand(keeper.tenure(deadline), key, mode) : next;
                return hold(standing, key, mode, terms, waiter, deadline);
            } catch (StoreException failure) {
                if (!failure.reason().passing() || deadline.isOver()) {
                    throw Failures.of(failure, "acquire " + key);
                }
                waiter.await(Math.min(PAUSE_AFTER_FAILURE, deadline.leftNanos()));
            }
        }
    }

    /** One claim on one session. */
    private Standing stand(Tenure tenure, Key key, Mode mode) {
        var id = tenure.nextClaim();
        try {
            return new Standing(tenure, id, tenure.session().claim(key, mode, id));
        } catch (StoreException unknown) {
            if (unknown.reason().passing()) {
                keeper.withdrawLater(tenure, key, id);
            }
            throw keeper.noticed(tenure, unknown);
        }
    }

    /** Without a waiter the claim is held at once or given back. */
    private @Nullable Lease hold(
            Standing standing,
            Key key,
            Mode mode,
            Lease.Terms terms,
            @Nullable Waiter waiter,
            @Nullable Deadline deadline)
            throws InterruptedException {
        var tenure = standing.tenure();
        var claim = standing.claim();
        var held = false;
        var answered = true;
        try {
            if (!claim.held() && (waiter == null || deadline == null || !wait(tenure, key, claim, waiter, deadline))) {
                return null;
            }
            if (!tenure.isBelieved()) {
                // The grant came too late to be believed for even a moment.
                throw new StoreException(Reason.SESSION_LOST, "the session ended while the lock was granted");
            }
            keeper.requireRising(tenure, key, mode, claim.token());
            held = true;
            return new Lease(
                            keeper,
                            tenure,
                            key,
                            mode,
                            standing.id(),
                            claim,
                            terms,
                            new LockHold(keeper, lines, tenure, key, mode))
                    .begin();
        } catch (StoreException failure) {
            answered = failure.reason() == Reason.TOKEN_REGRESSION;
            throw keeper.noticed(tenure, failure);
        } finally {
            if (!held) {
                standing.giveBack(keeper, key, answered);
            }
        }
    }

    /** Waits in the store's line, and keeps the place there while the store does not answer but the session lasts. */
    private boolean wait(Tenure tenure, Key key, Claim claim, Waiter waiter, Deadline deadline)
            throws InterruptedException {
        lines.waiting(key, true);
        tenure.enlist(waiter);
        try {
            while (true) {
                var lookAgain = keeper.lookAgainAfter(tenure).toNanos();
                try {
                    if (claim.advance(waiter::wake)) {
                        return true;
                    }
                    tenure.session();
                    if (deadline.isOver()) {
                        return false;
                    }
                } catch (StoreException failure) {
                    var unknown = failure.reason() == Reason.TIMED_OUT || failure.reason() == Reason.UNREACHABLE;
                    if (!unknown || deadline.isOver()) {
                        throw failure;
                    }
                    lookAgain = PAUSE_AFTER_FAILURE;
                }
                waiter.await(Math.min(lookAgain, deadline.leftNanos()));
            }
        } finally {
            tenure.discharge(waiter);
            lines.waiting(key, false);
        }
    }

    /** {@return how many names have a local line now} */
    int lines() {
        return lines.size();
    }
}
