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

import java.time.Duration;
import java.util.Set;

/**
 * What kind of store a world has.
 *
 * @param longestLease the longest lease that it grants, whatever is asked for
 * @param notifies whether it tells of changes
 * @param fair whether it says that it grants in the order of arrival, as it always does
 * @param bugs what is wrong with it on purpose
 */
record Laws(Duration longestLease, boolean notifies, boolean fair, Set<Bug> bugs) {

    boolean has(Bug bug) {
        return bugs.contains(bug);
    }
}
