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

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Connections of a client that is the session's own. */
final class OwnServers implements Servers {

    private static final int THREADS = 2;
    private static final int UNANSWERED_PROBES = 3;

    private final ClientResources resources;
    private final RedisClient client;
    private final List<RedisURI> uris;
    private volatile byte @Nullable [] located;

    OwnServers(Settings settings) {
        this.uris = Uris.of(settings);
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
    }

    private static ClientOptions options(Settings settings) {
        var probe = settings.lease().dividedBy(2L * UNANSWERED_PROBES);
        var options = ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.patience())
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(atLeastASecond(settings.lease().dividedBy(2)))
                                .interval(atLeastASecond(probe))
                                .count(UNANSWERED_PROBES)
                                .build())
                        .build());
        var tls = settings.tls();
        if (tls != null) {
            options.sslOptions(SslOptions.builder()
                    .jdkSslProvider()
                    .sslContext(builder -> builder.sslContextProvider(new GivenTls(tls)))
                    .build());
        }
        return options.build();
    }

    private static Duration atLeastASecond(Duration duration) {
        return duration.toSeconds() < 1 ? Duration.ofSeconds(1) : duration;
    }

    @Override
    public CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect() {
        return toServer(uri -> client.connectAsync(ByteArrayCodec.INSTANCE, uri));
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectForMessages() {
        return toServer(uri -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri));
    }

    @Override
    public void locate(byte[] key) {
        located = key;
    }

    private <C> CompletionStage<C> toServer(Function<RedisURI, CompletionStage<C>> connect) {
        var key = located;
        return key == null ? first(0, connect) : owner(key).thenCompose(connect);
    }

    /** Asked of the nodes anew for each connection, since slots move. */
    private CompletionStage<RedisURI> owner(byte[] key) {
        return first(
                0,
                uri -> client.connectAsync(ByteArrayCodec.INSTANCE, uri)
                        .thenCompose(node -> node.async()
                                .clusterSlots()
                                .thenApply(slots -> Slots.owner(slots, SlotHash.getSlot(key), uri))
                                .whenComplete((owner, failure) -> node.closeAsync())));
    }

    /** The first server that can be connected to. */
    private <C> CompletionStage<C> first(int at, Function<RedisURI, CompletionStage<C>> connect) {
        // The client library's own kind of future never ends when it is composed so.
        var connected = connect.apply(uris.get(at)).toCompletableFuture();
        return at == uris.size() - 1 ? connected : connected.exceptionallyCompose(failure -> first(at + 1, connect));
    }

    @Override
    public void close() {
        Servers.shutdown(client)
                .whenComplete(
                        (done, failure) -> resources.shutdown(QUIET_MILLIS, LONGEST_MILLIS, TimeUnit.MILLISECONDS));
    }
}
