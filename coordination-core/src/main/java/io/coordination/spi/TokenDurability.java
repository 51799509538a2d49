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
package io.coordination.spi;

/** What a fencing token's rising order survives, the most first. */
public enum TokenDurability {
    /** Every failure that the consensus of the store's ensemble survives. */
    CONSENSUS,
    /** A restart or crash of the store's one server or machine. */
    DURABLE,
    /** A restart, but not a crash or fail-over that loses what was written last: the disk or a replica lagged behind. */
    FAILOVER_UNSAFE,
    /** Nothing: it starts anew, from a seed that usually is greater, when the store restarts. */
    VOLATILE;

    /**
     * Whether this survives all that the other one does.
     *
     * @param least the other one
     * @return whether it does
     */
    public boolean isAtLeast(TokenDurability least) {
        return compareTo(least) <= 0;
    }
}
