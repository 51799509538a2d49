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
package io.coordination.driver.redis;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.lettuce.core.RedisURI;
import java.util.List;

/** What a node of a cluster says of who has which slots. */
final class Slots {

    private Slots() {}

    /** The primary of a slot; a node without a name of its own is where the answer came from. */
    static RedisURI owner(List<Object> ranges, int slot, RedisURI asked) {
        for (var range : ranges) {
            var fields = (List<?>) range;
            if ((Long) fields.get(0) <= slot && slot <= (Long) fields.get(1)) {
                var primary = (List<?>) fields.get(2);
                var uri = RedisURI.builder(asked).build();
                if (primary.get(0) instanceof byte[] host && host.length > 0) {
                    uri.setHost(Keyspace.text(host));
                }
                uri.setPort(Math.toIntExact((Long) primary.get(1)));
                return uri;
            }
        }
        throw new StoreException(
                Reason.UNREACHABLE, "no node of the cluster has slot " + slot + ", which the namespace is in");
    }
}
