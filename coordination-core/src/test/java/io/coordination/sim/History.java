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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What happened, in the order of true time. Judged by {@link Checks} when all is over. */
final class History {

    /** The store granted a claim. */
    record Granted(Key key, long token, String session) {}

    private record Refusal(Key key, String member) {}

    private record Grant(Key key, long token) {}

    final List<Granted> granted = new ArrayList<>();
    final List<Checks.Acquired> acquired = new ArrayList<>();
    final List<Checks.Written> written = new ArrayList<>();
    private final Map<Refusal, Long> refused = new HashMap<>();
    private final Map<Grant, Long> evicted = new HashMap<>();
    private final Map<Grant, Long> times = new HashMap<>();

    void granted(Key key, long token, String session, long at) {
        granted.add(new Granted(key, token, session));
        times.put(new Grant(key, token), at);
    }

    long grantedAt(Key key, long token) {
        return times.getOrDefault(new Grant(key, token), Long.MIN_VALUE);
    }

    void acquired(Key key, long token, long asked, long got) {
        acquired.add(new Checks.Acquired(key, token, asked, got));
    }

    void written(Key key, long token, int hold) {
        written.add(new Checks.Written(key, token, hold));
    }

    /** The store put a claim behind others. */
    void refused(Key key, String member, long at) {
        refused.put(new Refusal(key, member), at);
    }

    boolean wasRefusedSince(Key key, String member, long since) {
        return refused.getOrDefault(new Refusal(key, member), -1L) >= since;
    }

    void evicted(Key key, long token, long at) {
        evicted.put(new Grant(key, token), at);
    }

    /** {@return when a grant was taken away by hand, {@link Long#MAX_VALUE} if it never was} */
    long evictedAt(Key key, long token) {
        return evicted.getOrDefault(new Grant(key, token), Long.MAX_VALUE);
    }
}
