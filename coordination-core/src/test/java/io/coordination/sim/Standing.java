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

import io.coordination.spi.Key;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A session, as the server knows it. */
final class Standing {

    final String id;
    final String member;
    final SimSession client;
    final long lease;

    /** The claims that are over; none of them comes to life when its request, long delayed, arrives after all. */
    final Set<Long> over = new HashSet<>();

    /** The greatest number of a subscription for each key, which counts in whatever order they come. */
    final Map<Key, Long> subscriptions = new HashMap<>();

    long deadline;
    long lastOrdered;

    /** Counts how often the connection broke that carries what the client is told. */
    long stream;

    boolean isOver;

    Standing(String id, String member, SimSession client, long lease) {
        this.id = id;
        this.member = member;
        this.client = client;
        this.lease = lease;
    }

    @Override
    public String toString() {
        return id;
    }
}
