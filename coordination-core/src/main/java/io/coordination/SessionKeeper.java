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

import io.coordination.CoordinatorObserver.Renewal;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Names;
import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import io.coordination.spi.SessionState;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session open: renews it, notices its loss by the clock or by the store's word, opens another one for as long as it
 * takes, and tells the recipes, which then join and campaign again.
 *
 * <p>Two things never wait for one another. The <em>timer</em> fires at the end of belief and only marks and tells, so that a
 * renewal that hangs can not delay the news that a lease is over. The <em>keeper's thread</em> makes the calls that may hang:
 * renewing every third of the lease, closing what is lost, and opening anew with a growing pause between the tries.
 *
 * <p>At a loss the order is: leases are invalid here, then their holders are told, then the old session is closed in the
 * store (at the latest after five seconds, should a listener block). A session is never revived: what comes after a loss is
 * a new {@link Tenure} with new claims and greater tokens.
 */
final class SessionKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final long LEAST_DELAY = Duration.ofMillis(1).toNanos();
    private static final Duration LISTENERS_PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_NAMES = 5;

    private final Driver driver;
    private final Target target;
    private final Surroundings surroundings;
    private final Workers workers;
    private final Duration poll;
    private final Set<Follower> followers = new CopyOnWriteArraySet<>();
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final Consumer<SessionState> stateListener;
    private final Observers observers;
    private final SeenTokens seenTokens = new SeenTokens();
    private final ReentrantLock states = new ReentrantLock();
    private SessionState told = SessionState.LIVE;
    private final Map<Consumer<? super LeaseLoss>, SerialQueue> lossListeners = new ConcurrentHashMap<>();

    private volatile @Nullable Tenure current;
    private volatile @Nullable StoreException lastFailure;
    private volatile boolean closed;

    SessionKeeper(
            Driver driver,
            Target target,
            Surroundings surroundings,
            Workers workers,
            Duration poll,
            Consumer<SessionState> stateListener,
            Observers observers) {
        this.driver = driver;
        this.target = target;
        this.surroundings = surroundings;
        this.workers = workers;
        this.poll = poll;
        this.stateListener = stateListener;
        this.observers = observers;
    }

    /** Opens the first session; its failure is the caller's to handle. */
    Tenure open() {
        var sent = clock().nanoTime();
        var tenure = establish();
        current = tenure;
        Flight.session(memberId(), SessionState.LIVE, "opened");
        keep(tenure, sent);
        return tenure;
    }

    Clock clock() {
        return surroundings.clock();
    }

    /** Refuses a grant whose token is not greater than all before, where the store promises that it is. */
    void requireRising(Tenure tenure, Key key, Mode mode, long token) {
        if (tenure.traits().has(Characteristic.FENCING)) {
            seenTokens.require(key, mode, token);
        }
    }

    Observers observers() {
        return observers;
    }

    Duration since(long nanoTime) {
        return Duration.ofNanos(clock().nanoTime() - nanoTime);
    }

    Scheduler scheduler() {
        return surroundings.scheduler();
    }

    Workers workers() {
        return workers;
    }

    String memberId() {
        return target.memberId();
    }

    /** What the store promised when the latest session was opened. */
    Traits traits() {
        var tenure = current;
        if (tenure == null) {
            throw new IllegalStateException("no session has been opened");
        }
        return tenure.traits();
    }

    Duration sessionTimeout() {
        return target.lease();
    }

    /** For how long the store keeps what a silent session holds: what was asked for, or less where the store allows less. */
    Duration lease() {
        var granted = traits().lease();
        return granted.isZero() || granted.compareTo(target.lease()) > 0 ? target.lease() : granted;
    }

    SessionState state() {
        var tenure = current;
        return tenure == null ? SessionState.LOST : tenure.state();
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The coordinator is closed");
        }
    }

    /** The session of this moment. */
    Tenure tenure() {
        var tenure = current;
        if (tenure == null || tenure.isOver()) {
            throw closed
                    ? new IllegalStateException("The coordinator is closed")
                    : new StoreException(
                            StoreException.Reason.SESSION_LOST,
                            "the session is over, and no other is open yet" + why());
        }
        return tenure;
    }

    @Nullable
    Tenure currentOrNull() {
        var tenure = current;
        return tenure == null || tenure.isOver() ? null : tenure;
    }

    /** The session of this moment, or the next one that opens before the deadline. */
    Tenure tenure(Deadline deadline) throws InterruptedException {
        var tenure = currentOrNull();
        if (tenure != null || deadline.isNow() || closed) {
            return tenure != null ? tenure : tenure();
        }
        var waiter = new Waiter(clock());
        waiters.add(waiter);
        try {
            while (!closed && currentOrNull() == null && waiter.await(deadline.leftNanos())) {
                continue;
            }
            return tenure();
        } finally {
            waiters.remove(waiter);
        }
    }

    /** One call to the store, with what is being done for the exception's text. */
    <T> T call(String doing, Key key, Function<Session, T> call) {
        try {
            var tenure = tenure();
            try {
                return call.apply(tenure.session());
            } catch (StoreException failure) {
                throw noticed(tenure, failure);
            }
        } catch (StoreException failure) {
            throw Failures.of(failure, doing + " " + key);
        }
    }

    /** A call that finds the session over ends the tenure, should the driver not have told yet. */
    StoreException noticed(Tenure tenure, StoreException failure) {
        if (failure.reason() == StoreException.Reason.SESSION_LOST) {
            tenure.lost(String.valueOf(failure.getMessage()));
        }
        return failure;
    }

    Registration onLeaseLost(Consumer<? super LeaseLoss> listener) {
        lossListeners.put(listener, new SerialQueue(workers.listeners()));
        return () -> lossListeners.remove(listener);
    }

    void leaseLost(LeaseLoss loss) {
        lossListeners.forEach((listener, events) -> events.execute(() -> listener.accept(loss)));
    }

    void follow(Follower follower) {
        followers.add(follower);
    }

    void unfollow(Follower follower) {
        followers.remove(follower);
    }

    /** How long something may go unlooked at: the poll interval, or where the store tells of changes a long while. */
    Duration lookAgainAfter(Tenure tenure) {
        return lookAgainAfter(tenure, poll);
    }

    /** The same for what this member itself holds, and so is told of. */
    Duration lookAtOursAgainAfter(Tenure tenure) {
        return lookAgainAfter(tenure, lease());
    }

    private Duration lookAgainAfter(Tenure tenure, Duration untold) {
        var notifies = tenure.traits().has(Characteristic.NOTIFIES);
        return jittered(notifies ? lease().multipliedBy(6) : untold);
    }

    /** Makes sure, in the background and until it is certain, that a claim of unknown outcome leaves nothing behind. */
    void withdrawLater(Tenure tenure, Key key, long id) {
        if (!tenure.isOver()) {
            workers.work().execute(() -> withdraw(tenure, key, id, FIRST_PAUSE));
        }
    }

    private void withdraw(Tenure tenure, Key key, long id, Duration pause) {
        if (tenure.isOver()) {
            return;
        }
        try {
            tenure.session().withdraw(key, id);
        } catch (RuntimeException thrown) {
            var failure = Failures.known(thrown);
            // A claim that stays is kept alive with the session, so this goes on even when the store refuses.
            if (!failure.reason().passing() && pause.equals(FIRST_PAUSE)) {
                LOG.warn(
                        "Could not give back a claim on {}, which is tried again until the session ends: {}",
                        key,
                        failure.getMessage());
            }
            later(pause, workers.work(), () -> withdraw(tenure, key, id, longer(pause)));
        }
    }

    /** Ends the session and stops opening others. */
    void close() {
        closed = true;
        var tenure = current;
        if (tenure != null) {
            tenure.end(LeaseLoss.Reason.CLOSED, "the coordinator was closed");
            if (!workers.isOwnThread().getAsBoolean()) {
                var told = new Waiter(clock());
                tenure.whenTold(told::wake);
                awaitQuietly(told);
            }
            quietly(tenure::closeSession);
        }
        waiters.forEach(Waiter::wake);
        workers.shutdown().run();
    }

    /** Takes a step from one state to the next and tells of it, so that steps are told in the order in which they are taken. */
    boolean step(BooleanSupplier taken, SessionState to) {
        states.lock();
        try {
            var stepped = taken.getAsBoolean();
            if (stepped && told != to) {
                told = to;
                stateListener.accept(to);
            }
            return stepped;
        } finally {
            states.unlock();
        }
    }

    /** The tenure told its leases; now the recipes hear of it, and the next session is opened. */
    void ended(Tenure tenure, LeaseLoss.Reason reason, String detail, Collection<Lease> held) {
        var member = Names.printable(memberId());
        if (reason == LeaseLoss.Reason.CLOSED) {
            LOG.info("Member {}: closed{}", member, named(", giving back ", held));
        } else {
            LOG.warn(
                    "Member {}: the session is lost, {}{}; opening another one",
                    member,
                    detail,
                    named(", and with it ", held));
        }
        Flight.session(memberId(), SessionState.LOST, detail);
        followers.forEach(follower -> follower.lost(tenure));
    }

    /** The locks that were held, in a line that does not grow with them. */
    private static String named(String before, Collection<Lease> held) {
        var locks = held.stream()
                .filter(lease -> lease.key().kind() == Key.Kind.LOCK)
                .map(lease -> lease.key() + " (token " + lease.token() + ")")
                .toList();
        var rest = locks.size() - MOST_NAMES;
        return locks.isEmpty()
                ? ""
                : locks.stream()
                        .limit(MOST_NAMES)
                        .collect(Collectors.joining(", ", before, rest > 0 ? " and " + rest + " more" : ""));
    }

    /** Closes a lost session in the store and opens the next one. */
    void replace(Tenure tenure) {
        if (!closed) {
            // Not on one thread: closing may unblock a renewal that hangs on the keeper's thread, and may hang itself.
            workers.work().execute(() -> quietly(tenure::closeSession));
            workers.keeper().execute(() -> reopen(FIRST_PAUSE));
        }
    }

    /** Telling the holders must not take for ever. */
    void notLater(Runnable once) {
        surroundings.scheduler().after(LISTENERS_PATIENCE, once);
    }

    /** Ends the tenure when its belief runs out. */
    void watchDeadline(Tenure tenure) {
        var belief = tenure.belief();
        if (belief.isLimited() && !tenure.isOver()) {
            var left = Duration.ofNanos(Math.max(belief.remainingNanos(clock()), LEAST_DELAY));
            tenure.alarm(scheduler().after(left, () -> {
                if (!tenure.isBelieved()) {
                    tenure.expire();
                } else {
                    watchDeadline(tenure);
                }
            }));
            if (tenure.belief() != belief) {
                // Whoever shortened it meanwhile may have set its alarm before this one.
                watchDeadline(tenure);
            }
        }
    }

    private Tenure establish() {
        var tenure = new Tenure(this, clock());
        var sent = Belief.Sent.now(clock());
        var session = driver.open(target, surroundings, tenure);
        var traits = session.traits();
        tenure.begin(session, Belief.granted(sent, traits.lease(), traits.granularity()));
        return tenure;
    }

    private void keep(Tenure tenure, long sent) {
        watchDeadline(tenure);
        renewNext(tenure, sent);
    }

    /** A third of the lease after the last one was sent: a slow answer, of which belief does not begin anew, delays no other. */
    private void renewNext(Tenure tenure, long sent) {
        var due = lease().dividedBy(3).minus(since(sent));
        later(due.isNegative() ? Duration.ZERO : due, workers.keeper(), () -> renew(tenure));
    }

    private void renew(Tenure tenure) {
        if (tenure.isOver()) {
            return;
        }
        var sent = Belief.Sent.now(clock());
        var began = clock().nanoTime();
        var event = Flight.renewal();
        try {
            var granted = tenure.session().renew();
            var late = tenure.belief().remainingNanos(clock())
                    < lease().dividedBy(2).toNanos();
            tenure.confirmed(sent, granted);
            renewed(late ? Renewal.LATE : Renewal.CONFIRMED, since(began), event);
            renewNext(tenure, began);
        } catch (RuntimeException thrown) {
            var failure = Failures.known(thrown);
            renewed(Renewal.FAILED, since(began), event);
            if (failure.reason() == StoreException.Reason.SESSION_LOST) {
                tenure.lost(String.valueOf(failure.getMessage()));
                return;
            }
            LOG.debug("A renewal failed", failure);
            tenure.unanswered();
            later(lease().dividedBy(12), workers.keeper(), () -> renew(tenure));
        }
    }

    private void renewed(Renewal how, Duration took, Flight.@Nullable SessionRenewal event) {
        Flight.renewed(event, how, memberId());
        observers.renewed(how, took);
    }

    private void reopen(Duration pause) {
        if (closed) {
            return;
        }
        var sent = clock().nanoTime();
        Tenure tenure;
        try {
            tenure = establish();
        } catch (RuntimeException thrown) {
            var failure = Failures.known(thrown);
            lastFailure = failure;
            LOG.debug("Could not open a session", failure);
            later(pause, workers.keeper(), () -> reopen(longer(pause)));
            return;
        }
        lastFailure = null;
        current = tenure;
        if (closed) {
            close();
            return;
        }
        step(() -> tenure.state() == SessionState.LIVE, SessionState.LIVE);
        LOG.info("Member {}: a new session is open", Names.printable(memberId()));
        Flight.session(memberId(), SessionState.LIVE, "opened again");
        keep(tenure, sent);
        followers.forEach(follower -> follower.opened(tenure));
        waiters.forEach(Waiter::wake);
    }

    private String why() {
        var failure = lastFailure;
        return failure == null ? "" : " (" + failure.getMessage() + ")";
    }

    void later(Duration delay, Executor on, Runnable task) {
        surroundings.scheduler().after(jittered(delay), () -> {
            if (!closed) {
                on.execute(task);
            }
        });
    }

    private Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /**
     * Between three quarters and the whole of it, so that many members do not act in step. Drawn from the clock and the
     * member's id, so that a run in virtual time can be repeated.
     */
    private Duration jittered(Duration delay) {
        var nanos = delay.toNanos();
        var random = new SplittableRandom(clock().nanoTime() + memberId().hashCode());
        return Duration.ofNanos(nanos - (nanos / 4 > 0 ? random.nextLong(nanos / 4) : 0));
    }

    private static void awaitQuietly(Waiter told) {
        try {
            told.await(LISTENERS_PATIENCE.toNanos());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static void quietly(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            LOG.debug("A lost session could not be closed", failure);
        }
    }
}
