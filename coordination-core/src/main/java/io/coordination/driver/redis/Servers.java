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

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Makes connections to the server that has the namespace: the one, the one that the sentinels name, or the cluster's. */
interface Servers {

    /**
     * An event loop that may end at once can do so without closing what is registered with it: connections under way, and
     * the sockets by which it resolves names.
     */
    long QUIET_MILLIS = 200;

    long LONGEST_MILLIS = 2_000;

    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect();

    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectForMessages();

    /** From now on the server is the node of the cluster that has this key. */
    void locate(byte[] key);

    /** Ends whatever was started for these connections. Does not block. */
    void close();

    /** Ends a client. Does not block. */
    static CompletableFuture<Void> shutdown(RedisClient client) {
        return client.shutdownAsync(QUIET_MILLIS, LONGEST_MILLIS, TimeUnit.MILLISECONDS);
    }
}
