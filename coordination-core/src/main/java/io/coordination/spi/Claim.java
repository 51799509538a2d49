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

    /**
     * As {@link #release()}, for a caller who has more to ask while the store answers.
     *
     * @param sent run once: as soon as whatever the session asks for from then on finds this claim released, where the store
     *     takes requests in order, and otherwise at the end; must not block
     * @return whether the store still had this claim
     */
    default boolean release(Runnable sent) {
        try {
            return release();
        } finally {
            sent.run();
        }
    }
}
