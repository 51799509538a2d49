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
import java.util.Map;

/** What the locks protect: takes a write only if no greater token was seen. */
final class Resource {

    private final History history;
    private final Coverage coverage;
    private final Laws laws;
    private final Map<Key, Long> greatest = new HashMap<>();

    Resource(History history, Coverage coverage, Laws laws) {
        this.history = history;
        this.coverage = coverage;
        this.laws = laws;
    }

    void write(Key key, long token, int hold) {
        var seen = greatest.getOrDefault(key, Long.MIN_VALUE);
        if (token < seen) {
            coverage.saw(Seen.STALE_WRITE_REFUSED);
            if (!laws.has(Bug.RESOURCE_WITHOUT_FENCE)) {
                return;
            }
        }
        greatest.put(key, Math.max(seen, token));
        history.written(key, token, hold);
    }
}
