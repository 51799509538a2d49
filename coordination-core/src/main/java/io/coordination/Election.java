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

import io.coordination.spi.Characteristic;
import io.coordination.spi.Claim;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Names;
import io.coordination.spi.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election of a group's one leader. {@link #campaign} stands as a candidate in the background, for ever: over losses of
 * the session, of the leadership and of the connection, until {@link #close}. Any member of the namespace may stand, whether
 * it joined the group or not.
 *
 * <p>Leadership is a {@link Lease}: a deadline, not an event. {@link #isLeader} turns false on this machine before the store
 * may let somebody else lead, even if no event arrives.
 *
 * <p>Cost: one round trip to stand, one to step down; a candidate that waits costs nothing where the store can notify.
 */
public final class Election implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Election.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

    private final SessionKeeper keeper;
    private final Key key;
    private final Consumer<Election> closing;
    private final SerialQueue queue;
    private final Map<ElectionListener, SerialQueue> listeners = new ConcurrentHashMap<>();
    private final Follower follower = this::step;

    private volatile boolean standing;
    private volatile boolean closed;
    private volatile @Nullable Lease lease;
    private final AtomicReference<@Nullable Watch<Optional<Holder>>> leaderWatch = new AtomicReference<>();

    // Only touched on the queue.
    private @Nullable Candidacy candidacy;
    private long steps;
    private boolean refused;

    private record Candidacy(Tenure tenure, Claim claim, long id) {}

    Election(SessionKeeper keeper, Key key, Consumer<Election> closing) {
        this.keeper = keeper;
        this.key = key;
        this.closing = closing;
        this.queue = new SerialQueue(keeper.workers().work());
    }

    /**
     * The group.
     *
     * @return the name of the group whose leader is elected
     */
    public String group() {
        return key.name();
    }

    /**
     * Stands as a candidate from now on. Returns at once; harmless when repeated.
     *
     * @return this election
     */
    public Election campaign() {
        keeper.requireOpen();
        if (closed) {
            throw new IllegalStateException("The election of " + key + " is closed");
        }
        if (!standing) {
            standing = true;
            keeper.follow(follower);
            queue.execute(this::step);
        }
        return this;
    }

    /**
     * Whether this member stands as a candidate or leads. No round trip.
     *
     * @return true from {@link #campaign} until {@link #close}
     */
    public boolean isCampaigning() {
        return standing;
    }

    /**
     * Whether this member leads at this moment. No round trip; well under a microsecond.
     *
     * @return true only while the leadership may be believed
     */
    public boolean isLeader() {
        var held = lease;
        return held != null && held.isValid();
    }

    /**
     * The leadership of this member.
     *
     * @return the lease, with its fencing token; empty when this member does not lead
     */
    public Optional<Lease> lease() {
        var held = lease;
        return held != null && held.isValid() ? Optional.of(held) : Optional.empty();
    }

    /**
     * Who leads, asked of the store in one round trip, two on ZooKeeper; the same from every member, candidates or not.
     *
     * @return the leader with the token of its leadership, empty when nobody leads
     * @throws CoordinationException when the store failed
     */
    public Optional<Holder> leader() {
        return keeper.call(
                "find the leader of",
                key,
                session -> session.holders(key).stream().findFirst());
    }

    /**
     * Steps down and stands again behind the candidates that wait now. Without one, this member is elected again. Returns
     * when others can be elected; one round trip. Does nothing when this member does not lead.
     */
    public void resign() {
        var held = lease;
        if (held != null) {
            held.close();
        }
    }

    /**
     * Registers a listener. It hears of what comes after; while at least one is registered, the leader is watched.
     *
     * @param listener the listener
     * @return ends the registration
     * @throws CoordinationException when the store failed
     */
    public Registration listen(ElectionListener listener) {
        keeper.requireOpen();
        listeners.put(listener, new SerialQueue(keeper.workers().listeners()));
        watchLeader();
        return () -> listeners.remove(listener);
    }

    private void watchLeader() {
        var watch = new Watch<Optional<Holder>>(
                keeper,
                key,
                session -> session.holders(key).stream().findFirst(),
                Optional.empty(),
                (before, now) -> tell(heard -> heard.leaderChanged(now)),
                seen -> isLeader() && seen.map(Holder::member).equals(Optional.of(keeper.memberId())));
        if (leaderWatch.compareAndSet(null, watch)) {
            try {
                watch.begin(leader -> {});
            } catch (CoordinationException failure) {
                leaderWatch.set(null);
                throw failure;
            }
        }
    }

    /** Steps down and stands no more. Others can be elected when this returns. Harmless when repeated. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        standing = false;
        closing.accept(this);
        keeper.unfollow(follower);
        var watch = leaderWatch.get();
        if (watch != null) {
            watch.close();
        }
        resign();
        queue.execute(this::step);
    }

    private void step(Tenure opened) {
        queue.execute(this::step);
    }

    private void step() {
        if (!standing) {
            withdraw();
            return;
        }
        var tenure = keeper.currentOrNull();
        if (tenure == null || lease != null) {
            return;
        }
        try {
            var stands = candidacy;
            if (stands == null || stands.tenure != tenure) {
                stands = stand(tenure);
                candidacy = stands;
            }
            if (stands.claim.held() || stands.claim.advance(() -> queue.execute(this::step))) {
                keeper.requireRising(tenure, key, Mode.EXCLUSIVE, stands.claim.token());
                lead(stands);
            } else {
                stepLater(keeper.lookAgainAfter(tenure));
            }
        } catch (RuntimeException thrown) {
            var failure = Failures.known(thrown);
            LOG.debug("A step of the election of {} failed", key, failure);
            if (failure.reason() == StoreException.Reason.CLAIM_LOST) {
                candidacy = null;
            } else if (failure.reason() == StoreException.Reason.TOKEN_REGRESSION) {
                refused(failure);
                withdraw();
            }
            keeper.noticed(tenure, failure);
            stepLater(PAUSE_AFTER_FAILURE);
        }
    }

    /** Told once: each further try raises the store's tokens, and so is made as soon as after any failure. */
    private void refused(StoreException regression) {
        if (!refused) {
            refused = true;
            LOG.warn(
                    "Member {} does not lead group '{}', and goes on trying: {}",
                    member(),
                    Names.printable(group()),
                    regression.getMessage());
        }
    }

    private Candidacy stand(Tenure tenure) {
        var id = tenure.nextClaim();
        try {
            return new Candidacy(tenure, tenure.session().claim(key, Mode.EXCLUSIVE, id), id);
        } catch (RuntimeException unknown) {
            keeper.withdrawLater(tenure, key, id);
            throw unknown;
        }
    }

    private void lead(Candidacy stands) {
        candidacy = null;
        refused = false;
        var held = new Lease(
                keeper,
                stands.tenure,
                key,
                Mode.EXCLUSIVE,
                stands.id,
                stands.claim,
                Lease.Terms.NONE,
                () -> queue.execute(this::stepDown));
        lease = held;
        held.begin();
        if (!standing) {
            lease = null;
            held.close();
            return;
        }
        LOG.info("Member {} leads group '{}', token {}", member(), Names.printable(group()), held.token());
        Flight.leadership(keeper.memberId(), held, true);
        tell(heard -> heard.granted(held));
    }

    /** The leadership ended, by release or loss; its end is told before anything new is tried. */
    private void stepDown() {
        var held = lease;
        if (held == null) {
            return;
        }
        lease = null;
        var loss = held.loss();
        if (loss == null) {
            LOG.info("Member {} resigned from leading group '{}'", member(), Names.printable(group()));
        } else {
            LOG.warn("Member {} no longer leads: the leadership of group {}", member(), loss);
        }
        Flight.leadership(keeper.memberId(), held, false);
        tell(heard -> heard.revoked(held));
        var tenure = keeper.currentOrNull();
        lookWhoLeads(tenure);
        if (tenure == null || tenure.traits().has(Characteristic.FAIR)) {
            step();
        } else {
            // Where the line is not fair, whoever waits would lose against a candidate that comes back at once.
            stepLater(keeper.lease().dividedBy(4));
        }
    }

    /** Where the store does not tell, the watch rested while this member led. */
    private void lookWhoLeads(@Nullable Tenure tenure) {
        var watch = leaderWatch.get();
        if (watch != null && tenure != null && !tenure.traits().has(Characteristic.NOTIFIES)) {
            watch.poke();
        }
    }

    private String member() {
        return Names.printable(keeper.memberId());
    }

    private void withdraw() {
        var stands = candidacy;
        candidacy = null;
        if (stands == null || stands.tenure.isOver()) {
            return;
        }
        try {
            stands.claim.release();
        } catch (RuntimeException unknown) {
            keeper.withdrawLater(stands.tenure, key, stands.id);
        }
    }

    /** Only the latest step schedules the next one, so that wakes do not pile up timers. */
    private void stepLater(Duration after) {
        var step = ++steps;
        keeper.later(after, queue, () -> {
            if (step == steps) {
                step();
            }
        });
    }

    private void tell(Consumer<ElectionListener> event) {
        listeners.forEach((listener, events) -> events.execute(() -> event.accept(listener)));
    }

    /** {@return the group and whether this member leads it} */
    @Override
    public String toString() {
        return "Election[" + key + (isLeader() ? ", leading" : "") + "]";
    }
}
