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
import java.time.Instant;
import java.util.Optional;

/** The lease under which a thread runs a guarded method. */
public final class CurrentLease {

    private CurrentLease() {}

    /**
     * The lease of the innermost {@link io.coordination.spring.annotation.DistributedLock} or {@link
     * io.coordination.spring.annotation.LeaderOnly} call of this thread. Its fencing token protects what a holder that was
     * frozen must not overwrite.
     *
     * @return the lease, empty outside of guarded calls and on threads that they start
     */
    public static Optional<Lease> get() {
        return Optional.ofNullable(GuardedCall.innermost()).map(GuardedCall::lease);
    }

    /**
     * For which time this thread runs a method with {@link io.coordination.spring.annotation.DistributedLock#once}: the same
     * on all members, and for a second run the same as for the first.
     *
     * @return the planned time, empty outside of such calls and for those by hand
     */
    public static Optional<Instant> planned() {
        return Optional.ofNullable(GuardedCall.planned());
    }
}
