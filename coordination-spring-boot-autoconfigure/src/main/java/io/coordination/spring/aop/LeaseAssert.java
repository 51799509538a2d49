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
import io.coordination.LeaseLostException;
import io.coordination.spi.Names;

/** Checks that code runs under the lease that it needs, however it was called. No round trip. */
public final class LeaseAssert {

    private LeaseAssert() {}

    /**
     * Checks that this thread runs under a lease that may be believed at this moment.
     *
     * @param name the name of the lock, or of the group whose leader may run this
     * @return the lease, with its fencing token
     * @throws IllegalStateException when no guarded call of that name is around
     * @throws LeaseLostException when the lease is over
     */
    public static Lease assertHeld(String name) {
        var lease = GuardedCall.held(null, name);
        if (lease != null) {
            if (!lease.isValid()) {
                throw new LeaseLostException("'" + Names.printable(name) + "' is no longer held", null);
            }
            return lease;
        }
        throw new IllegalStateException("'" + Names.printable(name)
                + "' is not held: there is no guarded call of that name around this one; was the method called within its"
                + " own bean, past the proxy?");
    }
}
