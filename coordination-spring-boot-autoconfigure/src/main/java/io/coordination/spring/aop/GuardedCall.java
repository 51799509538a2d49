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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a guarded method under a lease, or several, on the thread that made this object.
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
    private final List<Lease> leases;
    private final boolean interrupts;
    private final Thread thread = Thread.currentThread();
    private final @Nullable GuardedCall outer = INNERMOST.get();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

    // Written before TOLD is set, read after it was seen.
    private @Nullable LeaseLoss loss;
    private boolean interrupted;
    private @Nullable Lease gone;
    private @Nullable Instant planned;

    /** Ends the work that goes on after the method returned; null while the method runs. */
    private volatile @Nullable Runnable cancel;

    /**
     * A call that has not begun.
     *
     * @param guard whose call it is; calls of one guard and name nest
     * @param leases what it holds, at least one
     */
    GuardedCall(Object guard, List<Lease> leases, boolean interrupts) {
        this.guard = guard;
        this.leases = List.copyOf(leases);
        this.interrupts = interrupts;
    }

    /** The call is a firing. */
    GuardedCall plannedFor(Instant time) {
        planned = time;
        return this;
    }

    /** For when the innermost firing of this thread was planned. */
    static @Nullable Instant planned() {
        var call = INNERMOST.get();
        while (call != null && call.planned == null) {
            call = call.outer;
        }
        return call == null ? null : call.planned;
    }

    static @Nullable GuardedCall innermost() {
        return INNERMOST.get();
    }

    /** Asks something as if this thread were in a call that goes on elsewhere; in none when {@code call} is null. */
    static <T extends @Nullable Object> T inside(@Nullable GuardedCall call, Supplier<T> asked) {
        var before = INNERMOST.get();
        enter(call);
        try {
            return asked.get();
        } finally {
            enter(before);
        }
    }

    private static void enter(@Nullable GuardedCall call) {
        if (call == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(call);
        }
    }

    /** The lease of a name under which this thread is in a call, of any guard when {@code guard} is null. */
    static @Nullable Lease held(@Nullable Object guard, String name) {
        for (var call = INNERMOST.get(); call != null; call = call.outer) {
            for (var lease : call.leases) {
                if ((guard == null || call.guard == guard) && lease.name().equals(name)) {
                    return lease;
                }
            }
        }
        return null;
    }

    /** The last one taken. */
    Lease lease() {
        return leases.get(leases.size() - 1);
    }

    List<Lease> leases() {
        return leases;
    }

    /** Giving it back found that the store no longer had it. */
    void gone(Lease lease) {
        gone = lease;
    }

    /** Whether that thread runs the method now. */
    boolean isOn(Thread other) {
        return thread == other && cancel == null;
    }

    /** From any thread: the lease was lost. Only the first loss counts, and none after the work was done. */
    void lost(LeaseLoss why) {
        if (!phase.compareAndSet(Phase.RUNNING, Phase.TELLING)) {
            return;
        }
        loss = why;
        if (interrupts && cancel == null) {
            interrupted = !thread.isInterrupted();
            thread.interrupt();
        }
        phase.set(Phase.TOLD);
        cancel();
    }

    private void cancel() {
        var ends = cancel;
        if (interrupts && ends != null) {
            ends.run();
        }
    }

    /**
     * Runs a method whose work is done when it returns.
     *
     * @param giveBack ends the hold once the method returned, and says whether nobody else took it from us until then
     * @throws LeaseLostException when it was not
     */
    @Nullable
    Object run(Body body, Predicate<GuardedCall> giveBack) throws Throwable {
        Object result = null;
        Throwable failure = null;
        try {
            result = begin(body);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        failure = outcome(failure, giveBack);
        if (failure != null) {
            throw failure;
        }
        return result;
    }

    /** Runs a method, whose work may go on after it returned; null without having run it when the lease was lost already. */
    @Nullable
    Object begin(Body body) throws Throwable {
        INNERMOST.set(this);
        try {
            return phase.get() == Phase.RUNNING ? body.proceed() : null;
        } finally {
            enter(outer);
        }
    }

    /**
     * The method returned, on its own thread, and its work goes on: from now on a loss does not interrupt the thread.
     *
     * @param cancel ends the work instead, also when it is run twice; at once when the lease was lost already
     */
    void goOn(Runnable cancel) {
        this.cancel = cancel;
        if (isTold()) {
            endInterrupt();
            cancel();
        }
    }

    /**
     * The work is done.
     *
     * @param failure how it failed, if it did
     * @param giveBack ends the hold, and says whether nobody else took it from us until then
     * @return what the call ends with: the failure, {@link LeaseLostException}, or null
     */
    @Nullable
    Throwable outcome(@Nullable Throwable failure, Predicate<GuardedCall> giveBack) {
        settle();
        var expired = expired();
        var held = giveBack.test(this);
        if (loss == null && held) {
            return failure;
        }
        var lost = new LeaseLostException(
                why(expired) + ". What the guarded call did may overlap with the next holder",
                isOurs(failure) ? failure : null);
        if (failure == null || lost.getCause() != null) {
            return lost;
        }
        failure.addSuppressed(lost);
        return failure;
    }

    private @Nullable Lease expired() {
        for (var lease : leases) {
            if (!lease.isValid()) {
                return lease;
            }
        }
        return null;
    }

    /** Ends it: from now on no loss interrupts the thread, and an interrupt of ours is no longer set. */
    void settle() {
        if (!phase.compareAndSet(Phase.RUNNING, Phase.ENDED) && isTold()) {
            endInterrupt();
        }
    }

    private void endInterrupt() {
        if (interrupted && Thread.currentThread() == thread) {
            interrupted = false;
            Thread.interrupted();
            passOn();
        }
    }

    /** A call around this one that was interrupted meanwhile must not miss it. */
    private void passOn() {
        for (var call = outer; call != null; call = call.outer) {
            if (call.isOn(thread) && call.interrupts && call.isTold()) {
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

    private LeaseLoss why(@Nullable Lease expired) {
        for (var lease : leases) {
            var known = lease.loss();
            if (known != null) {
                return known;
            }
        }
        if (loss != null) {
            return loss;
        }
        return expired != null
                ? lossOf(expired, LeaseLoss.Reason.EXPIRED, "the store did not confirm it in time")
                : lossOf(gone == null ? lease() : gone, LeaseLoss.Reason.EVICTED, "the store no longer had it");
    }

    private static LeaseLoss lossOf(Lease lease, LeaseLoss.Reason reason, String detail) {
        return new LeaseLoss(lease.name(), lease.token(), reason, detail);
    }
}
