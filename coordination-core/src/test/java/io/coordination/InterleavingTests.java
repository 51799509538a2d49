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

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.coordination.contract.Sized;
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.SessionState;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.slf4j.LoggerFactory;

/**
 * A model checker sets the order in which threads take their steps. Whatever the order, what they see must be as if their calls
 * had come one after the other.
 */
@Tag("slow")
class InterleavingTests {

    private static final Key KEY = Key.lock("x");
    private static final Duration LEASE = Duration.ofSeconds(10);

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.coordination");

    /** What is logged takes a thousand steps that are not ours. */
    @BeforeAll
    static void logNothing() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    @Sized(usual = 2, full = 40)
    void turnsAreTakenOneAfterTheOther(int scenarios) {
        check(Turns.class, scenarios);
    }

    @Sized(usual = 2, full = 40)
    void beliefThatEndedStaysEnded(int scenarios) {
        check(Beliefs.class, scenarios);
    }

    @Sized(usual = 2, full = 40)
    void leaseEndsOnceAndIsToldOnce(int scenarios) {
        check(Ends.class, scenarios);
    }

    private static void check(Class<?> what, int scenarios) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses("java.util.concurrent.ConcurrentHashMap")
                        .allMethods()
                        .treatAsAtomic())
                // What the log is told of a loss.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(SessionKeeper.class.getName())
                        .methods("named")
                        .ignore())
                .iterations(scenarios)
                .invocationsPerIteration(scenarios * 20)
                .check(what);
    }

    /** Without AssertJ, which the model checker would take apart too. */
    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("broken: " + what);
        }
    }

    /** Threads that queue for one name, give up, leave, and pass the name on to the next one. */
    @Param(name = "me", gen = ThreadIdGen.class)
    public static class Turns {

        private static final int MOST = 8;

        private final LocalLines lines = new LocalLines();
        private final AtomicReferenceArray<LocalLines.@Nullable Turn> turns = new AtomicReferenceArray<>(MOST);

        @Operation
        public boolean enter(@Param(name = "me") int me) {
            return entered(me, null);
        }

        @Operation
        public boolean queue(@Param(name = "me") int me) {
            return entered(me, new Waiter(Clock.SYSTEM));
        }

        private boolean entered(int me, @Nullable Waiter waiter) {
            if (turns.get(me) != null) {
                return false;
            }
            var turn = new LocalLines.Turn(Mode.EXCLUSIVE, waiter);
            lines.enter(KEY, turn);
            if (waiter != null || turn.isAdmitted()) {
                turns.set(me, turn);
            }
            return turn.isAdmitted();
        }

        @Operation
        public boolean isMine(@Param(name = "me") int me) {
            var turn = turns.get(me);
            return turn != null && turn.isAdmitted();
        }

        @Operation
        public void giveUp(@Param(name = "me") int me) {
            var turn = turns.getAndSet(me, null);
            if (turn != null) {
                lines.abandon(KEY, turn);
            }
        }

        /** As {@code Standing} does where a store can pass a lock on. */
        @Operation
        public void passOn(@Param(name = "me") int me) {
            if (isMine(me)) {
                turns.set(me, null);
                for (var next = lines.next(KEY); next != null; next = lines.next(KEY)) {
                    if (lines.admit(KEY, next, null)) {
                        return;
                    }
                }
                lines.leave(KEY, Mode.EXCLUSIVE);
            }
        }

        @Validate
        public void oneHasIt() {
            var having = 0;
            for (var i = 0; i < MOST; i++) {
                having += isMine(i) ? 1 : 0;
            }
            require(having <= 1, "one has it");
            require(having == 1 || lines.size() == 0, "nobody waits for what nobody has");
        }
    }

    /** A session whose renewals, silence, loss and expiry meet. */
    public static class Beliefs {

        private final Still still = new Still();

        @Operation
        public boolean isBelieved() {
            return still.tenure.isBelieved();
        }

        @Operation
        public void halfALeasePasses() {
            still.now.addAndGet(LEASE.toNanos() / 2);
        }

        @Operation
        public void confirm() {
            still.tenure.confirmed(Belief.Sent.now(still.clock), LEASE);
        }

        @Operation
        public void hearNothing() {
            still.tenure.suspended(LEASE.dividedBy(3));
        }

        @Operation
        public void lose() {
            still.tenure.lost("gone");
        }

        @Operation
        public SessionState state() {
            return still.tenure.state();
        }
    }

    /** A lease that is released while it is lost. */
    public static class Ends {

        private final Still still = new Still();
        private final AtomicLong told = new AtomicLong();
        private final AtomicLong released = new AtomicLong();
        private final Lease lease;

        public Ends() {
            lease = new Lease(
                            still.keeper,
                            still.tenure,
                            KEY,
                            Mode.EXCLUSIVE,
                            1,
                            new Granted(),
                            Lease.Terms.NONE,
                            () -> {})
                    .begin();
            lease.onLost(loss -> told.incrementAndGet());
        }

        @Operation
        public boolean isValid() {
            return lease.isValid();
        }

        @Operation
        public boolean release() {
            var held = lease.release();
            released.addAndGet(held ? 1 : 0);
            return held;
        }

        @Operation
        public void loseTheSession() {
            still.tenure.lost("gone");
        }

        @Operation
        public void loseTheLease() {
            still.tenure.lost(KEY, 1, "evicted");
        }

        @Operation
        public void letALeasePass() {
            still.now.addAndGet(LEASE.toNanos());
            still.tenure.expire();
        }

        @Validate
        public void endedOnce() {
            require(told.get() == (lease.loss() == null ? 0 : 1), "a loss is told once");
            require(told.get() + released.get() <= 1, "what was released is not lost");
            require(lease.isReleased() != (lease.isValid() || lease.loss() != null), "it ended one way");
        }
    }

    private static final class Granted implements Claim {
        @Override
        public boolean held() {
            return true;
        }

        @Override
        public long token() {
            return 1;
        }

        @Override
        public boolean advance(Runnable wake) {
            return true;
        }

        @Override
        public boolean release() {
            return true;
        }
    }

    /** A member whose clock stands still, and for whom nothing happens by itself. */
    private static final class Still {

        final AtomicLong now = new AtomicLong();
        final Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return now.get();
            }

            @Override
            public long wallMillis() {
                return now.get() / 1_000_000;
            }

            @Override
            public void park(long nanos) {
                throw new IllegalStateException("nobody waits here");
            }

            @Override
            public void unpark(Thread thread) {
                throw new IllegalStateException("nobody waits here");
            }
        };
        final SessionKeeper keeper;
        final Tenure tenure;

        Still() {
            var workers = Workers.on((delay, task) -> () -> {}, Runnable::run);
            var target = new Target(StoreUrl.parse("memory://x"), "a", "", LEASE, null);
            var surroundings = new Surroundings(clock, workers.scheduler(), Runnable::run);
            keeper = new SessionKeeper(
                    new Driver() {
                        @Override
                        public Set<String> schemes() {
                            return Set.of("memory");
                        }

                        @Override
                        public Session open(Target target, Surroundings with, SessionEvents events) {
                            return session();
                        }
                    },
                    target,
                    surroundings,
                    new Workers(
                            workers.scheduler(), nothing -> {}, nothing -> {}, Runnable::run, () -> false, () -> {}),
                    LEASE,
                    state -> {},
                    new Observers(List.of()));
            tenure = keeper.open();
        }

        private static Session session() {
            var traits = new Traits(Set.of(), LEASE, Duration.ZERO, TokenDurability.VOLATILE);
            return (Session) Proxy.newProxyInstance(
                    Session.class.getClassLoader(),
                    new Class<?>[] {Session.class},
                    (session, method, arguments) -> switch (method.getName()) {
                        case "traits" -> traits;
                        case "equals" -> session == arguments[0];
                        case "hashCode" -> 1;
                        default -> null;
                    });
        }
    }
}
