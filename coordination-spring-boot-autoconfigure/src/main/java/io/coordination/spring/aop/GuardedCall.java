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

import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.LeaseLostException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * One run of a guarded method under a lease, on the thread that made this object.
 *
 * <p>A loss interrupts that thread only while the method runs: who tells of a loss and the end of the method compete for one
 * step of {@link Phase}, and an end that comes second waits for the few instructions of the other, so that an interrupt is
 * either seen and cleared here or was never made. It can not leak into what the thread does next.
 */
final class GuardedCall {

    private enum Phase {
        RUNNING,
        TELLING,
        TOLD,
        ENDED
    }

    private static final ThreadLocal<GuardedCall> INNERMOST = new ThreadLocal<>();

    private final Object guard;
    private final Lease lease;
    private final boolean interrupts;
    private final Thread thread = Thread.currentThread();
    private final @Nullable GuardedCall outer = INNERMOST.get();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

    // Written before TOLD is set, read after it was seen.
    private @Nullable LeaseLoss loss;
    private boolean interrupted;

    /**
     * A call that has not begun.
     *
     * @param guard whose call it is; calls of one guard and name nest
     */
    GuardedCall(Object guard, Lease lease, boolean interrupts) {
        this.guard = guard;
        this.lease = lease;
        this.interrupts = interrupts;
    }

    static @Nullable GuardedCall innermost() {
        return INNERMOST.get();
    }

    /** The call of a guard, under a lease of a name, that this thread is in. */
    static @Nullable GuardedCall of(Object guard, String name) {
        var call = INNERMOST.get();
        while (call != null && !(call.guard == guard && call.lease.name().equals(name))) {
            call = call.outer;
        }
        return call;
    }

    Lease lease() {
        return lease;
    }

    boolean isOn(Thread other) {
        return thread == other;
    }

    /** From any thread: the lease was lost. Only the first loss counts, and none after the method returned. */
    void lost(LeaseLoss why) {
        if (!phase.compareAndSet(Phase.RUNNING, Phase.TELLING)) {
            return;
        }
        loss = why;
        if (interrupts) {
            interrupted = !thread.isInterrupted();
            thread.interrupt();
        }
        phase.set(Phase.TOLD);
    }

    /**
     * Runs the method.
     *
     * @param giveBack ends the hold once the method returned, and says whether nobody else took it from us until then
     * @throws LeaseLostException when it was not
     */
    @Nullable
    Object run(MethodInvocation invocation, Predicate<GuardedCall> giveBack) throws Throwable {
        Object result = null;
        Throwable failure = null;
        INNERMOST.set(this);
        try {
            if (phase.get() == Phase.RUNNING) {
                result = invocation.proceed();
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
        settle();
        var valid = lease.isValid();
        var held = giveBack.test(this);
        if (loss != null || !held) {
            var lost = new LeaseLostException(
                    why(valid) + ". What the guarded call did may overlap with the next holder",
                    isOurs(failure) ? failure : null);
            if (failure == null || lost.getCause() != null) {
                throw lost;
            }
            failure.addSuppressed(lost);
        }
        if (failure != null) {
            throw failure;
        }
        return result;
    }

    /** Ends it: from now on no loss interrupts the thread, and an interrupt of ours is no longer set. */
    void settle() {
        if (phase.compareAndSet(Phase.RUNNING, Phase.ENDED)) {
            return;
        }
        if (isTold() && interrupted) {
            Thread.interrupted();
            passOn();
        }
    }

    /** A call around this one that was interrupted meanwhile must not miss it. */
    private void passOn() {
        for (var call = outer; call != null; call = call.outer) {
            if (call.interrupts && call.isTold()) {
                call.interrupted = true;
                thread.interrupt();
                return;
            }
        }
    }

    private boolean isTold() {
        while (phase.get() == Phase.TELLING) {
            Thread.onSpinWait();
        }
        return phase.get() == Phase.TOLD;
    }

    /** Any exception may be what our interrupt became on its way out of the method. */
    private boolean isOurs(@Nullable Throwable failure) {
        return loss != null && interrupts && failure instanceof Exception;
    }

    private LeaseLoss why(boolean valid) {
        var told = lease.loss() == null ? loss : lease.loss();
        if (told != null) {
            return told;
        }
        return valid
                ? new LeaseLoss(lease.name(), lease.token(), LeaseLoss.Reason.EVICTED, "the store no longer had it")
                : new LeaseLoss(
                        lease.name(), lease.token(), LeaseLoss.Reason.EXPIRED, "the store did not confirm it in time");
    }
}
