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
package io.coordination.spring.shedlock;

import io.coordination.Coordinator;
import io.coordination.Lease;
import java.util.Optional;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * The locks of a coordinator for ShedLock, on whatever store the coordinator uses: an application with
 * {@code @SchedulerLock} exchanges its {@code LockProvider} for this one. The name is that of {@link Coordinator#lock}.
 *
 * <p>{@code lockAtMostFor} is a cap: unlike with ShedLock's own providers a process that dies frees its locks when its session
 * ends, which is earlier, and a task that outlives the time has lost the lock for certain. {@code lockAtLeastFor} ends with the
 * process. Both are counted by the monotonic clock of this machine, not by the time of day of any.
 */
public final class CoordinationLockProvider implements ExtensibleLockProvider {

    private final Coordinator coordinator;

    /**
     * A provider.
     *
     * @param coordinator whose locks they are
     */
    public CoordinationLockProvider(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * Takes the lock if it is free now. One round trip.
     *
     * @return the lock, empty when somebody else holds it
     * @throws io.coordination.CoordinationException when the store failed; nothing is left behind
     */
    @Override
    public Optional<SimpleLock> lock(LockConfiguration configuration) {
        return coordinator
                .lock(configuration.getName())
                .atMost(configuration.getLockAtMostFor())
                .atLeast(configuration.getLockAtLeastFor())
                .tryAcquire()
                .map(lease -> new LeaseLock(configuration, lease));
    }

    private static final class LeaseLock extends AbstractSimpleLock {

        private final Lease lease;

        LeaseLock(LockConfiguration configuration, Lease lease) {
            super(configuration);
            this.lease = lease;
        }

        @Override
        protected void doUnlock() {
            lease.close();
        }

        @Override
        protected Optional<SimpleLock> doExtend(LockConfiguration configuration) {
            return lease.extend(configuration.getLockAtMostFor(), configuration.getLockAtLeastFor())
                    ? Optional.of(new LeaseLock(configuration, lease))
                    : Optional.empty();
        }
    }
}
