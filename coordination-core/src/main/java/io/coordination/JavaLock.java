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

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A lock for code that wants {@link Lock}: owned by the thread that took it, reentrant, without conditions. Round trips are
 * those of the {@link CoordinationLock}; entering it again costs none, and throws {@link LeaseLostException} once the lock was lost.
 */
public final class JavaLock implements Lock {

    private final CoordinationLock lock;
    private final Map<Thread, Hold> holds = new ConcurrentHashMap<>();

    private record Hold(Lease lease, int depth) {}

    JavaLock(CoordinationLock lock) {
        this.lock = lock;
    }

    /** Waits for the lock as long as it takes, and through interrupts, which it passes on. */
    @Override
    public void lock() {
        lock(lock);
    }

    /**
     * As {@link #lock()}, and holds the lock for a time at most: then it is lost, and {@link #unlock} says so.
     *
     * @param atMost the longest hold, more than zero; entering the lock again does not change it
     */
    public void lock(Duration atMost) {
        lock(lock.atMost(atMost));
    }

    private void lock(CoordinationLock capped) {
        if (reenter()) {
            return;
        }
        var interrupted = false;
        try {
            while (true) {
                try {
                    hold(capped.acquire());
                    return;
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (!reenter()) {
            hold(lock.acquire());
        }
    }

    @Override
    public boolean tryLock() {
        return reenter() || held(lock.tryAcquire());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return reenter() || held(lock.tryAcquire(Duration.of(Math.max(0, time), unit.toChronoUnit())));
    }

    /**
     * Waits for the lock up to a time, and holds it for a time at most.
     *
     * @param wait the longest wait, zero to try once
     * @param atMost the longest hold, more than zero; entering the lock again does not change it
     * @return whether this thread holds it now
     * @throws InterruptedException when the thread was interrupted; no claim is left behind
     */
    public boolean tryLock(Duration wait, Duration atMost) throws InterruptedException {
        var capped = lock.atMost(atMost);
        return reenter() || held(capped.tryAcquire(wait));
    }

    /**
     * Gives the lock back once it was unlocked as often as it was locked.
     *
     * @throws IllegalMonitorStateException when this thread does not hold it
     * @throws LeaseLostException when the lease was lost meanwhile; this thread holds it no more then
     */
    @Override
    public void unlock() {
        var thread = Thread.currentThread();
        var hold = mine();
        if (hold.depth() > 1) {
            holds.put(thread, new Hold(hold.lease(), hold.depth() - 1));
            return;
        }
        holds.remove(thread);
        hold.lease().close();
        var loss = hold.lease().loss();
        if (loss != null) {
            throw new LeaseLostException("The lock was lost before it was unlocked: " + loss, null);
        }
    }

    /** {@return never: a distributed lock has no conditions} */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("A distributed lock has no conditions; watch a group instead");
    }

    /**
     * What this thread holds, with its token.
     *
     * @return the lease, which may be lost already
     * @throws IllegalMonitorStateException when this thread does not hold the lock
     */
    public Lease lease() {
        return mine().lease();
    }

    /** {@return the lock} */
    @Override
    public String toString() {
        return lock + " as a Java lock";
    }

    private Hold mine() {
        var hold = holds.get(Thread.currentThread());
        if (hold == null) {
            throw new IllegalMonitorStateException("This thread does not hold " + lock);
        }
        return hold;
    }

    /** Only while it is held: who enters again relies on it, and others may have it already. */
    private boolean reenter() {
        var hold = holds.get(Thread.currentThread());
        if (hold == null) {
            return false;
        }
        if (!hold.lease().isValid()) {
            throw new LeaseLostException(
                    "This thread can not enter lock '" + lock.name() + "' again, which it holds no more: "
                            + Objects.requireNonNullElse(hold.lease().loss(), "it was given back")
                            + "; unlock it first",
                    null);
        }
        holds.put(Thread.currentThread(), new Hold(hold.lease(), hold.depth() + 1));
        return true;
    }

    private boolean held(Optional<Lease> lease) {
        lease.ifPresent(this::hold);
        return lease.isPresent();
    }

    private void hold(Lease lease) {
        holds.put(Thread.currentThread(), new Hold(lease, 1));
    }
}
