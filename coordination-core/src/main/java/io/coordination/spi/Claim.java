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

import org.jspecify.annotations.Nullable;

/** A place in the line for a key. Used by one thread at a time. */
public interface Claim {

    /**
     * Whether the last answer of the store said that this claim is at the head.
     *
     * @return without a round trip, what was true then
     */
    boolean held();

    /**
     * The fencing token of the grant: greater than every earlier token of this key, made by the store in the step that
     * granted it.
     *
     * @return the token
     * @throws IllegalStateException when the claim is not held
     */
    long token();

    /**
     * Arms {@code wake}, then looks whether the claim is held now. A release between the two is never missed.
     *
     * @param wake a hint to look again: may come early, twice or for nothing, from any thread; must not block. Replaces the
     *     one of an earlier call
     * @return whether the claim is held
     * @throws StoreException {@code CLAIM_LOST} when the place in line is gone, or as for every call
     */
    boolean advance(Runnable wake);

    /**
     * Gives the place in line back, held or not. Touches nobody else's claim, and can be repeated when its answer was lost.
     *
     * @return whether the store still had this claim
     */
    boolean release();

    /** A claim of a store that can do both at once, which saves a step where threads of one process follow each other. */
    interface Passing extends Claim {

        /**
         * Gives the place in line back, and in the same step takes one at the end of the line, exclusively.
         *
         * @param id names the other claim within the session, as for {@link Session#claim}
         * @return the other place, which the caller must release; null when the store no longer had this claim, and then
         *     nothing was taken
         * @throws StoreException as for {@link Session#claim}; what became of either is mended by {@link Session#withdraw}
         */
        @Nullable
        Claim pass(long id);
    }
}
