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

import io.coordination.CoordinationException;
import io.coordination.CoordinationLock;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LockHeldException;
import io.coordination.spi.Names;
import io.coordination.spring.annotation.DistributedLock;
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
    private final Supplier<Coordinator> coordinator;

    LockInterceptor(
            Supplier<Coordinator> coordinator,
            Supplier<LockDefaults> defaults,
            UnaryOperator<String> placeholders,
            @Nullable BeanResolver beans) {
        this.coordinator = coordinator;
        this.methods = new GuardedMethods<>(
                DistributedLock.class,
                placeholders,
                (lock, site) -> new Guard(site, LockSpec.of(lock, site, defaults.get(), beans)));
    }

    /** One guarded method, with its lock once it is known to be always the same. */
    private static final class Guard {

        private final Site site;
        private final LockSpec spec;
        private volatile @Nullable CoordinationLock fixed;

        Guard(Site site, LockSpec spec) {
            this.site = site;
            this.spec = spec;
        }

        CoordinationLock lock(MethodInvocation invocation, Supplier<Coordinator> coordinator) {
            var known = fixed;
            if (known != null) {
                return known;
            }
            var lock = spec.lock(coordinator.get(), spec.name().of(invocation));
            if (spec.name().fixed() != null) {
                fixed = lock;
            }
            return lock;
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
        var lock = guard.lock(invocation, coordinator);
        var around = GuardedCall.of(this, lock.name());
        if (around != null) {
            requireCovered(guard, around.lease());
            return invocation.proceed();
        }
        var lease = acquire(guard.spec, lock);
        if (lease == null) {
            LOG.debug("Lock '{}' is held by others; {} does not run", Names.printable(lock.name()), guard.site);
            return guard.spec.onContention().answer(invocation, () -> held(guard, lock));
        }
        var call = new GuardedCall(this, lease, guard.spec.interruptOnLoss());
        lease.onLost(call::lost);
        return call.run(invocation, LockInterceptor::release);
    }

    private static @Nullable Lease acquire(LockSpec spec, CoordinationLock lock) {
        try {
            var lease = spec.waitTime().isZero() ? lock.tryAcquire() : lock.tryAcquire(spec.waitTime());
            return lease.orElse(null);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CoordinationException(
                    "Interrupted while waiting for lock '" + Names.printable(lock.name()) + "'", interrupted);
        }
    }

    /** The method has run: that the release did not come through changes nothing for its caller. */
    private static boolean release(GuardedCall call) {
        var lease = call.lease();
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
