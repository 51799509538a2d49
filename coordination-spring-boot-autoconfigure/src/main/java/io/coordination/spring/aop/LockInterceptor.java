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
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.expression.BeanResolver;

/** Runs the methods of {@link DistributedLock} under their locks. */
final class LockInterceptor implements MethodInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(LockInterceptor.class);

    private final GuardedMethods<DistributedLock, Guard> methods;
    private final Coordinators coordinators;
    private final WorkObserver observer;

    LockInterceptor(
            Coordinators coordinators,
            Supplier<LockDefaults> defaults,
            UnaryOperator<String> placeholders,
            @Nullable BeanResolver beans,
            WorkObserver observer) {
        this.coordinators = coordinators;
        this.observer = observer;
        this.methods = new GuardedMethods<>(DistributedLock.class, placeholders, (lock, site) -> {
            var returns = Returns.of(site);
            site.requireCoordinator(coordinators, lock.coordinator());
            return new Guard(site, returns, LockSpec.of(lock, site, returns, defaults.get(), beans));
        });
    }

    /** One guarded method, with its locks once they are known to be always the same. */
    private static final class Guard {

        private final Site site;
        private final Returns returns;
        private final LockSpec spec;
        private volatile @Nullable List<CoordinationLock> fixed;

        Guard(Site site, Returns returns, LockSpec spec) {
            this.site = site;
            this.returns = returns;
            this.spec = spec;
        }

        /** In the order of their names, so that two who want the same ones do not wait for each other. */
        List<CoordinationLock> locks(MethodInvocation invocation, Coordinator coordinator) {
            var known = fixed;
            if (known != null) {
                return known;
            }
            var locks = spec.names().stream()
                    .map(name -> name.of(invocation))
                    .distinct()
                    .sorted()
                    .map(name -> spec.lock(coordinator, name))
                    .toList();
            if (spec.names().stream().allMatch(name -> name.fixed() != null)) {
                fixed = locks;
            }
            return locks;
        }
    }

    void check(Class<?> type, boolean proxiedByClass) {
        methods.check(type, proxiedByClass);
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        var guard = methods.of(invocation);
        if (guard == null) {
            return invocation.proceed();
        }
        var coordinator = coordinators.named(guard.spec.coordinator());
        var locks = guard.locks(invocation, coordinator);
        var body = observer.observed("lock", guard.site, guard.returns, guard.returns.body(invocation));
        for (var i = locks.size() - 1; i > 0; i--) {
            var inner = body;
            var gate = new LockGate(guard, coordinator, locks.get(i), invocation, inner);
            body = () -> guard.returns.run(gate, inner);
        }
        return guard.returns.run(new LockGate(guard, coordinator, locks.get(0), invocation, body), body);
    }

    private static final class LockGate implements Gate {

        private final Guard guard;
        private final Coordinator coordinator;
        private final CoordinationLock lock;
        private final MethodInvocation invocation;
        private final Body body;

        LockGate(Guard guard, Coordinator coordinator, CoordinationLock lock, MethodInvocation invocation, Body body) {
            this.guard = guard;
            this.coordinator = coordinator;
            this.lock = lock;
            this.invocation = invocation;
            this.body = body;
        }

        @Override
        public boolean isInside() {
            var around = GuardedCall.of(coordinator, lock.name());
            if (around != null) {
                requireCovered(guard, around.lease());
            }
            return around != null;
        }

        @Override
        public Entrance enter() {
            Lease lease;
            try {
                lease = acquire(guard.spec, lock);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CoordinationException(
                        "Interrupted while waiting for lock '" + Names.printable(lock.name()) + "'", interrupted);
            } catch (BadNameException | BadOptionException wrong) {
                throw wrong;
            } catch (CoordinationException failure) {
                return new Entrance.Out(() -> guard.spec.onStoreFailure().answer(guard.site, body, failure));
            }
            if (lease == null) {
                LOG.debug("Lock '{}' is held by others; {} does not run", Names.printable(lock.name()), guard.site);
                return new Entrance.Out(() -> guard.spec.onContention().answer(invocation, () -> held(guard, lock)));
            }
            var call = new GuardedCall(coordinator, lease, guard.spec.interruptOnLoss());
            lease.onLost(call::lost);
            return new Entrance.In(call);
        }

        @Override
        public boolean leave(GuardedCall call) {
            return release(call.lease());
        }
    }

    private static @Nullable Lease acquire(LockSpec spec, CoordinationLock lock) throws InterruptedException {
        var lease = spec.waitTime().isZero() ? lock.tryAcquire() : lock.tryAcquire(spec.waitTime());
        return lease.orElse(null);
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

    private static void requireCovered(Guard guard, Lease held) {
        if (!guard.spec.isCoveredBy(held.mode())) {
            throw new IllegalStateException(guard.site + " wants lock '" + Names.printable(held.name()) + "' as "
                    + guard.spec.mode() + " inside of a call that holds it as " + held.mode()
                    + ", and would wait for itself; take it as " + guard.spec.mode() + " outside, or not inside");
        }
    }

    private static LockHeldException held(Guard guard, CoordinationLock lock) {
        var waited = guard.spec.waitTime().isZero() ? "" : " for " + guard.spec.waitTime();
        return new LockHeldException(
                "Lock '" + Names.printable(lock.name()) + "' was held by others" + waited + "; " + guard.site
                        + " did not run",
                null);
    }
}
