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
package io.coordination.sim;

/** A fault that is built into the world on purpose: each must be found, else the checks are blind. */
enum Bug {
    /** The token is the client's time of day at the claim, instead of being drawn in the step that grants. */
    TOKEN_FROM_A_CLOCK,
    /** The store counts its lease short: the same as a client that counts from the answer. */
    EXPIRES_EARLY,
    /** The client's clock runs slower than the margin allows for. */
    CLOCK_RUNS_WILD,
    /** The store does not tell who waits that the claim was granted. */
    LOSES_WAKES,
    /** A release whose claim is gone takes the first place in line, whoever has it. */
    RELEASES_ANOTHERS,
    /** A claim is granted beside an exclusive one. */
    GRANTS_TWICE,
    /** A claim that arrives after its withdrawal stays. */
    FORGETS_WITHDRAWALS,
    /** A request that arrives twice makes two places in line. */
    DOUBLES_CLAIMS,
    /** The holder of an evicted claim is never told. */
    HIDES_EVICTION,
    /** A claim on something free is answered with a place behind nobody. */
    REFUSES_WHAT_IS_FREE,
    /** Who died stays among the members. */
    KEEPS_DEAD_MEMBERS,
    /** Who watches is not told of changes. */
    LOSES_CHANGES,
    /** The resource that the lock protects takes every write. */
    RESOURCE_WITHOUT_FENCE
}
