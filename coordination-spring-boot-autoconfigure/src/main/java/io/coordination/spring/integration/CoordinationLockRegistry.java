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
package io.coordination.spring.integration;

import io.coordination.Coordinator;
import io.coordination.JavaLock;
import io.coordination.LeaseLostException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.ExpirableLockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;

/**
 * The locks of a coordinator for Spring Integration: aggregators, leader initiators, metadata stores. The key is the name of the
 * lock, which is the same lock as {@link Coordinator#lock} and {@code @DistributedLock} of that name.
 *
 * <p>A lock is held for as long as its process lives and the store confirms it, so there is nothing to renew, unless it was
 * taken for a time at most. {@code unlock} throws {@link ConcurrentModificationException} when the lock was lost before, as
 * the registries of Spring Integration do. A failing store is a {@link io.coordination.CoordinationException}.
 */
public final class CoordinationLockRegistry
        implements ExpirableLockRegistry<DistributedLock>, RenewableLockRegistry<DistributedLock> {

    private final Coordinator coordinator;
    /** The locks that some thread holds or waits for, so that a name that nobody uses any more leaves nothing behind. */
    private final Map<String, Used> used = new ConcurrentHashMap<>();

    private record Used(JavaLock lock, int times) {}

    /**
     * A registry.
     *
     * @param coordinator whose locks they are
     */
    public CoordinationLockRegistry(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * The lock of a key. No round trip.
     *
     * @param key its text is the name of the lock, 1 to 255 characters
     * @return the lock, reentrant in the thread that holds it, also where that thread obtained it twice
     * @throws io.coordination.BadNameException when the text can not be a name
     */
    @Override
    public DistributedLock obtain(Object key) {
        return new KeyLock(coordinator.lock(key.toString()).name());
    }

    /** Does nothing: the registry keeps no lock that is not in use. */
    @Override
    public void expireUnusedOlderThan(long age) {}

    /**
     * Holds a lock that was taken for a time at most for as long as this process lives. No round trip.
     *
     * @param key the key, whose lock this thread holds
     * @throws IllegalStateException when this thread does not hold it, or lost it
     */
    @Override
    public void renewLock(Object key) {
        renew(key, null);
    }

    /**
     * Counts the time for which a lock is held at most anew, from now on. No round trip.
     *
     * @param key the key, whose lock this thread holds
     * @param atMost the longest hold from now on, more than zero
     * @throws IllegalStateException when this thread does not hold it, or lost it
     */
    @Override
    public void renewLock(Object key, Duration atMost) {
        renew(key, atMost);
    }

    private void renew(Object key, @Nullable Duration atMost) {
        var name = key.toString();
        var held = used.get(name);
        try {
            if (held != null && held.lock().lease().extend(atMost, Duration.ZERO)) {
                return;
            }
        } catch (IllegalMonitorStateException notMine) {
            throw new IllegalStateException(
                    "Could not renew the lock at " + name + ": not held by this thread", notMine);
        }
        throw new IllegalStateException("Could not renew the lock at " + name + ": "
                + (held == null ? "not held by this thread" : "it was lost"));
    }

    private JavaLock use(String name) {
        return used.compute(
                        name,
                        (unused, before) -> before == null
                                ? new Used(coordinator.lock(name).asJavaLock(), 1)
                                : new Used(before.lock(), before.times() + 1))
                .lock();
    }

    private void unuse(String name) {
        used.computeIfPresent(
                name, (unused, before) -> before.times() == 1 ? null : new Used(before.lock(), before.times() - 1));
    }

    private interface Way<X extends Exception> {

        boolean take(JavaLock lock) throws X;
    }

    private final class KeyLock implements DistributedLock {

        private final String name;

        KeyLock(String name) {
            this.name = name;
        }

        @Override
        public void lock() {
            take(lock -> {
                lock.lock();
                return true;
            });
        }

        @Override
        public void lock(Duration atMost) {
            take(lock -> {
                lock.lock(atMost);
                return true;
            });
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            this.<InterruptedException>take(lock -> {
                lock.lockInterruptibly();
                return true;
            });
        }

        @Override
        public boolean tryLock() {
            return take(JavaLock::tryLock);
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
            return this.<InterruptedException>take(lock -> lock.tryLock(time, unit));
        }

        @Override
        public boolean tryLock(Duration wait, Duration atMost) throws InterruptedException {
            return this.<InterruptedException>take(lock -> lock.tryLock(wait, atMost));
        }

        private <X extends Exception> boolean take(Way<X> way) throws X {
            var taken = false;
            try {
                taken = way.take(use(name));
            } finally {
                if (!taken) {
                    unuse(name);
                }
            }
            return taken;
        }

        @Override
        public void unlock() {
            var held = used.get(name);
            if (held == null) {
                throw new IllegalMonitorStateException("This thread does not hold the lock at " + name);
            }
            try {
                held.lock().unlock();
            } catch (LeaseLostException lost) {
                unuse(name);
                var told = new ConcurrentModificationException(lost.getMessage());
                told.initCause(lost);
                throw told;
            }
            unuse(name);
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException("A distributed lock has no conditions");
        }

        @Override
        public String toString() {
            return "lock at " + name;
        }
    }
}
