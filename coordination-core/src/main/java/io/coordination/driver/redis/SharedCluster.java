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
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.models.role.RedisNodeDescription;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connections to nodes of the cluster that the application's client knows, with that client's threads and options.
 * They lead to one node each: the client's own connections send a request again when its line broke, or to another node. The
 * client does not tell its user and password, so those of the URL count.
 */
final class SharedCluster implements Servers {

    private final RedisClusterClient cluster;
    private final Settings settings;
    private final RedisClient nodes;
    private volatile byte @Nullable [] located;

    SharedCluster(RedisClusterClient cluster, Settings settings) {
        this.cluster = cluster;
        this.settings = settings;
        this.nodes = RedisClient.create(cluster.getResources());
        nodes.setOptions(cluster.getOptions()
                .mutate()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
    }

    @Override
    public CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect() {
        return toNode(uri -> nodes.connectAsync(ByteArrayCodec.INSTANCE, uri));
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectForMessages() {
        return toNode(uri -> nodes.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri));
    }

    @Override
    public void locate(byte[] key) {
        located = key;
    }

    /** Asked of the cluster anew for each connection, since slots move. */
    private <C> CompletionStage<C> toNode(Function<RedisURI, CompletionStage<C>> connect) {
        return cluster.refreshPartitionsAsync()
                .toCompletableFuture()
                .thenCompose(known -> connect.apply(node()).toCompletableFuture());
    }

    private RedisURI node() {
        var key = located;
        var partitions = cluster.getPartitions();
        var node = key == null
                ? partitions.stream()
                        .filter(any -> any.getRole() == RedisNodeDescription.Role.UPSTREAM)
                        .findFirst()
                        .orElse(null)
                : partitions.getMasterBySlot(SlotHash.getSlot(key));
        if (node == null) {
            throw new StoreException(Reason.UNREACHABLE, "no primary of the cluster is known that has the namespace");
        }
        var uri = RedisURI.builder(node.getUri())
                .withSsl(settings.secure() || node.getUri().isSsl());
        Uris.authenticate(uri, settings.user(), settings.password());
        return uri.build();
    }

    @Override
    public void close() {
        Servers.shutdown(nodes);
    }
}
