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

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group.
 *
 * @param id its id, unique among the live members of the namespace
 * @param capabilities what it told of itself; unmodifiable. A value that another kind of member wrote and that is no map
 *     shows as the one entry {@code value}
 * @param joinedAt when it joined by the store's clock, null where the store does not know
 * @param updatedAt when its capabilities were last changed, null where the store does not know
 * @param problem why the capabilities could not be read, null when they could
 */
public record Member(
        String id,
        Map<String, Object> capabilities,
        @Nullable Instant joinedAt,
        @Nullable Instant updatedAt,
        @Nullable String problem) {

    private static final int HEAVIEST = 1000;

    /**
     * The member's share of partitioned work.
     *
     * @return the capability {@code weight} where it is a whole number of at least 1, else 1; no more than 1000
     */
    public int weight() {
        return capabilities.get("weight") instanceof Number weight && weight.longValue() >= 1
                ? (int) Math.min(weight.longValue(), HEAVIEST)
                : 1;
    }
}
