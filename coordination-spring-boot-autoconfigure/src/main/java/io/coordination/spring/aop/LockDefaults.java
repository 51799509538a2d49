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

import io.coordination.spring.annotation.OnStoreFailure;
import io.coordination.spring.annotation.Otherwise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link io.coordination.spring.annotation.DistributedLock} does not say itself.
 *
 * @param waitTime how long a call waits for the lock
 * @param leaseTime the cap of a hold, null for none
 * @param atLeast for how long the lock stays taken at least
 * @param onContention {@code SKIP} or {@code FAIL}
 * @param onStoreFailure what a call does when the store failed
 * @param interruptOnLoss whether any call may be interrupted
 */
public record LockDefaults(
        Duration waitTime,
        @Nullable Duration leaseTime,
        Duration atLeast,
        Otherwise onContention,
        OnStoreFailure onStoreFailure,
        boolean interruptOnLoss) {

    /** Tries once, without a cap, and skips. */
    public static final LockDefaults STANDARD =
            new LockDefaults(Duration.ZERO, null, Duration.ZERO, Otherwise.SKIP, OnStoreFailure.FAIL, true);
}
