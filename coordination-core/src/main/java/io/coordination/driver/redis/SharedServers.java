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
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Connections of the application's client, to where that client leads. */
final class SharedServers implements Servers {

    private final RedisClient client;
    private final Executor executor;

    SharedServers(RedisClient client, Executor executor) {
        this.client = client;
        this.executor = executor;
    }

    @Override
    public CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect() {
        return CompletableFuture.supplyAsync(() -> client.connect(ByteArrayCodec.INSTANCE), executor);
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectForMessages() {
        return CompletableFuture.supplyAsync(() -> client.connectPubSub(ByteArrayCodec.INSTANCE), executor);
    }

    @Override
    public void locate(byte[] key) {
        throw new StoreException(
                Reason.BAD_URL,
                "the application's RedisClient leads to a cluster; give its RedisClusterClient to RedisDriver instead");
    }

    @Override
    public void close() {
        // The client is the application's.
    }
}
