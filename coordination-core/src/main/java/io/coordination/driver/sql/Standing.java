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
package io.coordination.driver.sql;

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a connection has or asks for: the server would give it what it has already. */
final class Standing {

    private static final int ALONE = -1;

    private final Map<Key, Integer> sharing = new ConcurrentHashMap<>();

    /** False when what stands here keeps the mode out. */
    boolean enter(Key key, Mode mode) {
        var exclusive = mode.equals(Mode.EXCLUSIVE);
        var entered = new boolean[1];
        sharing.compute(key, (same, before) -> {
            var others = before == null ? 0 : before;
            entered[0] = exclusive ? others == 0 : others != ALONE;
            return !entered[0] ? before : exclusive ? Integer.valueOf(ALONE) : Integer.valueOf(others + 1);
        });
        return entered[0];
    }

    void leave(Key key) {
        sharing.computeIfPresent(key, (same, before) -> before <= 1 ? null : before - 1);
    }
}
