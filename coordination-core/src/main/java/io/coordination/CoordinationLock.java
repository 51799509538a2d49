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

import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A lock of a name, shared by all members of the namespace: exclusive, or through {@link #shared()} the read side of a
 * read-write lock, or through {@link #permits(int)} a semaphore. All three guard the same name and keep one another out.
 *
 * <p>Not reentrant: a hold is the {@link Lease} that was returned, whoever has it, and taking the lock again waits for its
 * release. (A {@linkplain #asJavaLock() Java lock} is reentrant, as that interface's users expect.) Immutable and
 * thread-safe; costs nothing until it is used.
 *
 * <p>Cost: one round trip to take a free lock, one to release it. Threads that wait in this process queue locally and one
 * claim speaks for them. Waiting threads are woken by the store where it can notify.
 */
public final class CoordinationLock {

    private final LockRecipe recipe;
    private final Key key;
    private final Mode mode;
    private final Lease.Terms terms;

    CoordinationLock(LockRecipe recipe, Key key, Mode mode, Lease.Terms terms) {
        this.recipe = recipe;
        this.key = key;
        this.mode = mode;
        this.terms = terms;
    }

    /**
     * The name.
     *
     * @return the name of the lock
     */
    public String name() {
        return key.name();
    }

    /**
     * The read side: any number of shared holders at a time, and no other beside them. Nothing is upgraded or downgraded: who
     * holds the lock in one mode and asks for another is one more contender.
     *
     * @return this lock in shared mode
     */
    public CoordinationLock shared() {
        return new CoordinationLock(recipe, key, Mode.SHARED, terms);
    }

    /**
     * A semaphore: at most {@code n} holders at a time, over all members. All should ask with the same number; where numbers
     * differ, each is admitted while fewer permits than its own number are held.
     *
     * @param n the number of permits, at least 1
     * @return this lock as a semaphore, of which each lease is one permit
     * @throws BadOptionException when {@code n} is less than 1
     */
    public CoordinationLock permits(int n) {
        return new CoordinationLock(recipe, key, Failures.checked(() -> new Mode.Permit(n)), terms);
    }

    /**
     * Caps how long a lease is held: then it is lost, its holder is told, and the lock is given back. Without a cap a lease
     * is held for as long as its process lives and the store confirms it.
     *
     * @param cap the longest hold, more than zero
     * @return this lock with that cap
     */
    public CoordinationLock atMost(Duration cap) {
        return new CoordinationLock(recipe, key, mode, Lease.Terms.of(cap, terms.atLeast()));
    }

    /**
     * Keeps the lock taken for a least time even when it is released earlier, so that something quick is not done again by a
     * member that comes a moment later. Ends with the coordinator.
     *
     * @param least the shortest hold, zero for none
     * @return this lock with that least time
     */
    public CoordinationLock atLeast(Duration least) {
        return new CoordinationLock(recipe, key, mode, Lease.Terms.of(terms.atMost(), least));
    }

    /**
     * Takes the lock if it is free now.
     *
     * @return the lease, empty when somebody else holds the lock or is before us in its line
     * @throws TokenRegressionException when the store gave a fencing token that is not greater than an earlier one
     * @throws CoordinationException when the store failed: whether the lock was free is unknown, and nothing is left behind
     */
    public Optional<Lease> tryAcquire() {
        return recipe.tryAcquire(key, mode, terms);
    }

    /**
     * Takes the lock, waiting for it up to a time. While the store can not be reached, goes on trying.
     *
     * @param wait the longest wait, zero to try once; a time too long to count waits for ever
     * @return the lease, empty when the lock was held by others all the time
     * @throws InterruptedException when the thread was interrupted; no claim is left behind
     * @throws CoordinationException when the time was over and the store's last answer was a failure, or when waiting can not
     *     help
     */
    public Optional<Lease> tryAcquire(Duration wait) throws InterruptedException {
        return recipe.acquire(key, mode, terms, wait);
    }

    /**
     * Takes the lock, waiting for it as long as it takes, over losses of the connection and the session too.
     *
     * @return the lease
     * @throws InterruptedException when the thread was interrupted; no claim is left behind
     * @throws CoordinationException when waiting can not help
     */
    public Lease acquire() throws InterruptedException {
        return recipe.acquire(key, mode, terms);
    }

    /**
     * What is planned for a time, to be run once by one of the members under this lock.
     *
     * @param planned the time for which it is planned, the same on all members, by which one firing is told from another
     * @return the firing; costs nothing until it is used
     * @throws BadOptionException when the time is before 1970 or too far ahead to count
     */
    public Firing firing(Instant planned) {
        return new Firing(recipe, key, planned);
    }

    /**
     * Who holds the lock now, in whatever mode, on any member. One round trip; two on ZooKeeper, where the line is looked at
     * first and then its holders.
     *
     * @return the holders in the order of their grants
     * @throws CoordinationException when the store failed
     */
    public List<Holder> holders() {
        return recipe.holders(key);
    }

    /**
     * Takes the lock away from whoever holds it, in whatever mode. For operators: the holders are told that they lost it, at
     * the latest at their next renewal, and may do harm until then if what they guard does not check tokens. One round trip.
     *
     * @return whether anybody held it
     * @throws CoordinationException when the store failed
     */
    public boolean forceRelease() {
        return recipe.forceRelease(key);
    }

    /**
     * This lock for code that wants {@link java.util.concurrent.locks.Lock}: owned by the thread that took it, reentrant,
     * without conditions.
     *
     * @return a view with holds of its own
     */
    public JavaLock asJavaLock() {
        return new JavaLock(this);
    }

    /** {@return the name and the mode} */
    @Override
    public String toString() {
        return "CoordinationLock[" + key + ", " + mode + "]";
    }
}
