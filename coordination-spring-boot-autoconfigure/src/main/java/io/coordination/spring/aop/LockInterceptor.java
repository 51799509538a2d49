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
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LockHeldException;
import io.coordination.spi.Names;
import io.coordination.spring.annotation.DistributedLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.expression.BeanResolver;

/** Runs the methods of {@link DistributedLock} under their locks. */
final class LockInterceptor implements MethodInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(LockInterceptor.class);

    private final GuardedMethods<DistributedLock, Guard> methods;
    private final Coordinators coordinators;
    private final WorkObserver observer;
    private final Firings firings;

    LockInterceptor(
            Coordinators coordinators,
            Supplier<LockDefaults> defaults,
            UnaryOperator<String> placeholders,
            @Nullable BeanResolver beans,
            Firings firings,
            WorkObserver observer) {
        this.coordinators = coordinators;
        this.firings = firings;
        this.observer = observer;
        this.methods = new GuardedMethods<>(DistributedLock.class, placeholders, (locks, site) -> {
            var returns = Returns.of(site);
            for (var lock : locks) {
                site.requireCoordinator(coordinators, lock.coordinator());
                requireSame(site, locks.get(0).coordinator(), lock.coordinator());
            }
            var specs = locks.stream()
                    .map(lock -> LockSpec.of(lock, site, returns, defaults.get(), beans))
                    .toList();
            return new Guard(site, returns, specs, firing(site, returns, locks, specs));
        });
    }

    /** Leases of several could not be told apart by their names. */
    private static void requireSame(Site site, String one, String other) {
        if (!one.equals(other)) {
            throw site.bad("its locks are of different coordinators, \"" + one + "\" and \"" + other
                    + "\"; let it call a method that takes the other");
        }
    }

    private @Nullable FiringSite firing(Site site, Returns returns, List<DistributedLock> locks, List<LockSpec> specs) {
        if (specs.stream().noneMatch(LockSpec::once)) {
            return null;
        }
        var firing = FiringSite.of(site, returns, locks, specs.get(0));
        firings.add(site, firing);
        return firing;
    }

    /** A lock as one annotation wants it. */
    private record Wanted(CoordinationLock lock, LockSpec spec) {}

    /** One guarded method, with its locks once they are known to be always the same. */
    private static final class Guard {

        private final Site site;
        private final Returns returns;
        private final List<LockSpec> specs;
        private final boolean interrupts;
        private final @Nullable FiringSite firing;
        private final Map<String, FiringCalls> firings = new ConcurrentHashMap<>(1);
        private volatile @Nullable List<Wanted> fixed;

        Guard(Site site, Returns returns, List<LockSpec> specs, @Nullable FiringSite firing) {
            this.site = site;
            this.returns = returns;
            this.specs = specs;
            this.interrupts = specs.stream().anyMatch(LockSpec::interruptOnLoss);
            this.firing = firing;
        }

        /** In the order of their names, so that two who want the same ones do not wait for each other. */
        List<Wanted> locks(MethodInvocation invocation, Coordinator coordinator) {
            var known = fixed;
            if (known != null) {
                return known;
            }
            var locks = new TreeMap<String, Wanted>();
            for (var spec : specs) {
                for (var name : spec.names()) {
                    var named = name.of(invocation);
                    var other = locks.get(named);
                    if (other == null || !spec.isCoveredBy(other.spec().mode())) {
                        locks.put(named, new Wanted(spec.lock(coordinator, named), spec));
                    }
                }
            }
            var sorted = List.copyOf(locks.values());
            if (specs.stream().allMatch(spec -> spec.names().stream().allMatch(name -> name.fixed() != null))) {
                fixed = sorted;
            }
            return sorted;
        }
    }

    /** Reads all guards of a class, and says what looks right and is not. */
    void check(String bean, Class<?> type, boolean proxiedByClass, GuardLint lint) {
        var guarded = methods.check(type, proxiedByClass);
        lint.look(bean, guarded);
        for (var each : guarded) {
            var site = each.site();
            for (var spec : each.guard().specs) {
                spec.lint(site, lint);
                for (var name : spec.names()) {
                    var fixed = name.fixed();
                    if (each.onMethod() && fixed != null && spec.skipsAtOnce()) {
                        lint.exclusive(site, spec.coordinator(), fixed);
                    }
                }
            }
        }
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        var guard = methods.of(invocation);
        if (guard == null) {
            return invocation.proceed();
        }
        var coordinator = coordinators.named(guard.specs.get(0).coordinator());
        var locks = guard.locks(invocation, coordinator);
        var planned = guard.firing == null ? null : Planned.take(guard.firing);
        if (planned != null) {
            var again = ((ProxyMethodInvocation) invocation).invocableClone();
            Body firing = () -> ((ProxyMethodInvocation) again).invocableClone().proceed();
            return firings(guard, coordinator, locks.get(0).lock())
                    .come(planned, observer.observed("lock", guard.site, guard.returns, firing));
        }
        var body = observer.observed("lock", guard.site, guard.returns, guard.returns.body(invocation));
        return guard.returns.run(new LockGate(guard, coordinator, locks, invocation, body), body);
    }

    private FiringCalls firings(Guard guard, Coordinator coordinator, CoordinationLock lock) {
        return guard.firings.computeIfAbsent(
                lock.name(),
                unknown -> new FiringCalls(
                        guard.site,
                        lock,
                        (lease, planned, body) -> call(guard, coordinator, List.of(lease))
                                .plannedFor(planned)
                                .run(body, LockInterceptor::giveBack),
                        firings.late()));
    }

    private static GuardedCall call(Guard guard, Coordinator coordinator, List<Lease> leases) {
        var call = new GuardedCall(coordinator, leases, guard.interrupts);
        for (var lease : leases) {
            lease.onLost(call::lost);
        }
        return call;
    }

    private static final class LockGate implements Gate {

        private final Guard guard;
        private final Coordinator coordinator;
        private final List<Wanted> wanted;
        private final MethodInvocation invocation;
        private final Body body;

        LockGate(Guard guard, Coordinator coordinator, List<Wanted> wanted, MethodInvocation invocation, Body body) {
            this.guard = guard;
            this.coordinator = coordinator;
            this.wanted = wanted;
            this.invocation = invocation;
            this.body = body;
        }

        /** Looks at all of them, so that one which can never be had is refused before any is taken. */
        @Override
        public boolean isInside() {
            var inside = true;
            for (var each : wanted) {
                inside &= isHeldAround(each);
            }
            return inside;
        }

        private boolean isHeldAround(Wanted each) {
            var around = GuardedCall.held(coordinator, each.lock().name());
            if (around != null) {
                requireCovered(guard.site, each.spec(), around);
            }
            return around != null;
        }

        /** All or none: what was taken before one that can not be had is given back, and then the call answers. */
        @Override
        public Entrance enter() {
            var leases = new ArrayList<Lease>(1);
            var complete = false;
            try {
                for (var each : wanted) {
                    var refused = isHeldAround(each) ? null : take(each, leases);
                    if (refused != null) {
                        return refused;
                    }
                }
                complete = true;
                return new Entrance.In(call(guard, coordinator, leases));
            } finally {
                if (!complete) {
                    leases.forEach(LockInterceptor::giveBackUnused);
                }
            }
        }

        private Entrance.@Nullable Out take(Wanted each, List<Lease> leases) {
            var lock = each.lock();
            var spec = each.spec();
            try {
                var lease = spec.waitTime().isZero() ? lock.tryAcquire() : lock.tryAcquire(spec.waitTime());
                if (lease.isPresent()) {
                    leases.add(lease.get());
                    return null;
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CoordinationException(
                        "Interrupted while waiting for lock '" + Names.printable(lock.name()) + "'", interrupted);
            } catch (BadNameException | BadOptionException wrong) {
                throw wrong;
            } catch (CoordinationException failure) {
                return new Entrance.Out(() -> spec.onStoreFailure().answer(guard.site, body, failure));
            }
            LOG.debug("Lock '{}' is held by others; {} does not run", Names.printable(lock.name()), guard.site);
            return new Entrance.Out(() -> spec.onContention().answer(invocation, () -> held(guard.site, each)));
        }

        @Override
        public boolean leave(GuardedCall call) {
            return giveBack(call);
        }
    }

    /** In the order opposite to that of taking. */
    private static boolean giveBack(GuardedCall call) {
        var held = true;
        for (var i = call.leases().size() - 1; i >= 0; i--) {
            var lease = call.leases().get(i);
            if (!release(lease)) {
                held = false;
                call.gone(lease);
            }
        }
        return held;
    }

    /** The method has run: that the release did not come through changes nothing for its caller. */
    private static boolean release(Lease lease) {
        if (lease.isReleased()) {
            return true;
        }
        try {
            return lease.release();
        } catch (CoordinationException unknown) {
            LOG.warn("The release is repeated in the background: {}", unknown.getMessage());
            return true;
        }
    }

    /** Nothing was done under it, so its least time protects nothing. */
    private static void giveBackUnused(Lease lease) {
        lease.extend(null, Duration.ZERO);
        lease.close();
    }

    private static void requireCovered(Site site, LockSpec spec, Lease held) {
        if (!spec.isCoveredBy(held.mode())) {
            throw new IllegalStateException(site + " wants lock '" + Names.printable(held.name()) + "' as "
                    + spec.mode()
                    + " inside of a call that holds it as " + held.mode() + ", and would wait for itself; take it as "
                    + spec.mode() + " outside, or not inside");
        }
    }

    /** Asks once more, for the name of who has it, which those who are skipped do not pay for. */
    private static LockHeldException held(Site site, Wanted wanted) {
        var lock = wanted.lock();
        var waited =
                wanted.spec().waitTime().isZero() ? "" : " for " + wanted.spec().waitTime();
        return new LockHeldException(
                "Lock '" + Names.printable(lock.name()) + "' was held by others" + waited + "; " + site
                        + " did not run. " + holders(lock),
                null);
    }

    private static String holders(CoordinationLock lock) {
        try {
            var holders = lock.holders();
            return holders.isEmpty()
                    ? "It is free by now"
                    : holders.stream()
                            .map(holder -> "member '" + Names.printable(holder.member()) + "'"
                                    + (holder.since() == null ? "" : " since " + holder.since()) + " (token "
                                    + holder.token() + ")")
                            .collect(Collectors.joining(", ", "It is held by ", ""));
        } catch (CoordinationException unknown) {
            return "Who holds it is unknown: " + unknown.getMessage();
        }
    }
}
