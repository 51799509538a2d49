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
package io.coordination.spring.observation;

import io.coordination.Lease;
import io.micrometer.observation.Observation;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What is known of the work of a guarded method. */
public final class GuardedWorkObservationContext extends Observation.Context {

    private final String guard;
    private final Method method;
    private final @Nullable Lease lease;

    /**
     * Work that has not begun.
     *
     * @param guard what guards it: {@code lock} or {@code leader}
     * @param method the method
     * @param lease what it works under, null when it runs without, as the store could not be asked
     */
    public GuardedWorkObservationContext(String guard, Method method, @Nullable Lease lease) {
        this.guard = guard;
        this.method = method;
        this.lease = lease;
    }

    /**
     * What guards it.
     *
     * @return {@code lock} or {@code leader}
     */
    public String getGuard() {
        return guard;
    }

    /**
     * What works.
     *
     * @return the guarded method
     */
    public Method getMethod() {
        return method;
    }

    /**
     * What it works under: the innermost of several locks.
     *
     * @return the lease, null when it runs without one
     */
    public @Nullable Lease getLease() {
        return lease;
    }
}
