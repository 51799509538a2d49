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

import io.coordination.spring.annotation.Otherwise;
import java.util.List;

/**
 * What a {@link io.coordination.spring.annotation.LeaderOnly} does not say itself.
 *
 * @param groups the groups that the application joins; an annotation without a group means the only one
 * @param otherwise {@code SKIP} or {@code FAIL}
 * @param interruptOnLoss whether any call may be interrupted
 */
public record LeaderDefaults(List<String> groups, Otherwise otherwise, boolean interruptOnLoss) {

    /**
     * Copies the list.
     *
     * @param groups the groups that the application joins
     * @param otherwise {@code SKIP} or {@code FAIL}
     * @param interruptOnLoss whether any call may be interrupted
     */
    public LeaderDefaults {
        groups = List.copyOf(groups);
    }
}
