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
package io.coordination;

import io.coordination.spi.Holder;
import java.util.Optional;

/** Hears of an election. Called on threads of the coordinator, with no lock held, one event at a time and in order. */
public interface ElectionListener {

    /**
     * This member leads.
     *
     * @param lease the leadership, with its fencing token
     */
    default void granted(Lease lease) {}

    /**
     * This member no longer leads.
     *
     * @param lease the leadership that ended
     */
    default void revoked(Lease lease) {}

    /**
     * Somebody else leads, or nobody. Leaders that did not last until the store was read again may be left out.
     *
     * @param leader the leader, this member too, or empty
     */
    default void leaderChanged(Optional<Holder> leader) {}
}
