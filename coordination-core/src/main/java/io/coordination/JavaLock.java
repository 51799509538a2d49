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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** A lock as {@link Lock} has it: owned by threads, and reentrant. */
final class JavaLock implements Lock {

    private final CoordinationLock lock;
    private final Map<Thread, Hold> holds = new ConcurrentHashMap<>();

    private record Hold(Lease lease, int depth) {}

    JavaLock(CoordinationLock lock) {
        this.lock = lock;
    }

    @Override
    public void lock() {
        var interrupted = false;
        try {
            while (true) {
                try {
                    lockInterruptibly();
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
        if (reenter()) {
            return true;
        }
        var lease = lock.tryAcquire();
        lease.ifPresent(this::hold);
        return lease.isPresent();
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (reenter()) {
            return true;
        }
        var lease = lock.tryAcquire(Duration.of(Math.max(0, time), unit.toChronoUnit()));
        lease.ifPresent(this::hold);
        return lease.isPresent();
    }

    @Override
    public void unlock() {
        var thread = Thread.currentThread();
        var hold = holds.get(thread);
        if (hold == null) {
            throw new IllegalMonitorStateException("This thread does not hold " + lock);
        }
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

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("A distributed lock has no conditions; watch a group instead");
    }

    @Override
    public String toString() {
        return lock + " as a Java lock";
    }

    private boolean reenter() {
        return holds.computeIfPresent(
                        Thread.currentThread(), (thread, hold) -> new Hold(hold.lease(), hold.depth() + 1))
                != null;
    }

    private void hold(Lease lease) {
        holds.put(Thread.currentThread(), new Hold(lease, 1));
    }
}
