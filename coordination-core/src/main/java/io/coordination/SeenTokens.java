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

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The greatest fencing token that was seen with each name here, of so many names as are worth their memory. */
final class SeenTokens {

    private static final int REMEMBERED = 10_000;

    private final Map<Key, Long> greatest = new ConcurrentHashMap<>();

    /**
     * Refuses a grant that a resource would refuse, too. Grants that are shared may become known here in another order than they
     * were made in.
     */
    void require(Key key, Mode mode, long token) {
        if (greatest.size() > REMEMBERED) {
            greatest.clear();
        }
        if (mode != Mode.EXCLUSIVE) {
            greatest.merge(key, token, Math::max);
            return;
        }
        var seen = greatest.put(key, token);
        if (seen != null && token <= seen) {
            greatest.merge(key, seen, Math::max);
            throw new StoreException(
                    Reason.TOKEN_REGRESSION,
                    "the store gave fencing token " + token + " after " + seen
                            + ", so it forgot what it had given; it was"
                            + " given back. Raise the store's tokens above " + seen
                            + ", or restart all members once nothing protected remembers that one");
        }
    }
}
