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

/** What a batch of simulations must have met at least once, else it has shown nothing. */
enum Seen {
    SESSION_EXPIRED_WHILE_IT_HELD,
    GRANT_AFTER_EXPIRY,
    LATE_ANSWER,
    LATE_GRANT_ANSWER,
    GRANT_ANSWER_LOST,
    REQUEST_LOST,
    REQUEST_DOUBLED,
    CLAIM_AFTER_ITS_WITHDRAWAL,
    CLAIM_WITHDRAWN,
    STREAM_RESUMED,
    SERVER_RESTARTED,
    EVICTED,
    PROCESS_KILLED_WHILE_IT_HELD,
    FROZEN_LONGER_THAN_THE_LEASE_WHILE_IT_HELD,
    MACHINE_SLEPT_WHILE_IT_HELD,
    WALL_CLOCK_JUMPED,
    LOSS_TOLD,
    EVICTION_TOLD,
    CAP_TOLD,
    STALE_WRITE_REFUSED,
    WAITED,
    WAIT_OVER,
    CONTENTION,
    OUTCOME_UNKNOWN,
    INTERRUPTED,
    LEADER_CHANGED,
    JOINED_AGAIN,
    MEMBER_EXISTED,
    MODES_SHARED,
    CLOSED_WHILE_IN_USE
}
