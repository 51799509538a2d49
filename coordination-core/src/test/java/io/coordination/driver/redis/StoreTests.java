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

import static io.coordination.contract.Contract.eventually;
import static io.coordination.driver.redis.Keyspace.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.contract.FaultProxy;
import io.coordination.spi.Clock;
import io.coordination.spi.Scheduler;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.lettuce.core.RedisClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A session's two connections. */
class StoreTests {

    private static final String CHANNEL = "_tooz:session:0123456789abcdef";

    private static final Scheduler SCHEDULER = (delay, task) -> {
        var later = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
        var pending = CompletableFuture.runAsync(task, later);
        return () -> pending.cancel(false);
    };

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private final Store.Listener listener = new Store.Listener() {
        @Override
        public void message(String channel, String text) {
            heard.add(text);
        }

        @Override
        public void listening() {
            heard.add("listening");
        }
    };

    private String next() throws InterruptedException {
        return heard.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void subscriptionOnWhichNothingComesIsMadeAnew() throws Exception {
        try (var server = RedisServer.start();
                var store = store(server)) {
            store.listen(bytes(CHANNEL), listener, "the server");
            assertThat(next()).isEqualTo("listening");
            for (var renewal = 0; renewal < 3; renewal++) {
                store.expectMessage();
                server.plain().publish(CHANNEL, "renewal " + renewal);
                assertThat(next()).isEqualTo("renewal " + renewal);
            }
            store.expectMessage();
            store.expectMessage();
            assertThat(next()).isEqualTo("listening");
            store.expectMessage();
            server.plain().publish(CHANNEL, "heard again");
            assertThat(next()).isEqualTo("heard again");
        }
    }

    @Test
    void closedStoresLeaveNoSocket() throws Exception {
        try (var server = RedisServer.start();
                var proxy = new FaultProxy(server.port(), FaultProxy.Protocol.BYTES)) {
            store("redis://127.0.0.1:" + proxy.port()).close();
            eventually(
                    "the first is closed",
                    () -> server.plain().clientList().lines().count() == 1);
            var before = sockets();
            for (var i = 0; i < 10; i++) {
                try (var store = store("redis://127.0.0.1:" + proxy.port())) {
                    store.listen(bytes(CHANNEL), listener, "the server");
                    proxy.freeze();
                    proxy.breakConnections();
                }
                proxy.restore();
            }
            eventually("no more sockets than " + before, () -> sockets() <= before);
        }
    }

    @Test
    void linkThatIsClosedClosesTheConnectionThatItBegins() throws Exception {
        try (var server = RedisServer.start();
                var client = RedisClient.create(server.url())) {
            var servers = new SharedServers(client, Runnable::run);
            var link = new Link<>(servers::connectForMessages, begun -> new CompletableFuture<>(), SCHEDULER);
            link.connection();
            eventually("connected", () -> server.plain().clientList().lines().count() == 2);
            link.close();
            eventually("closed", () -> server.plain().clientList().lines().count() == 1);
        }
    }

    /** Of this process. */
    private static long sockets() {
        var count = 0L;
        for (var open : Objects.requireNonNull(new File("/proc/self/fd").listFiles())) {
            try {
                count += Files.readSymbolicLink(open.toPath()).toString().startsWith("socket:") ? 1 : 0;
            } catch (IOException closed) {
                // It was closed meanwhile.
            }
        }
        return count;
    }

    private static Store store(RedisServer server) {
        return store(server.url());
    }

    private static Store store(String url) {
        var target = new Target(StoreUrl.parse(url), "a", "", Duration.ofSeconds(30), null);
        var settings = Settings.of(target);
        var with = new Surroundings(Clock.SYSTEM, SCHEDULER, Runnable::run);
        var store = new Store(new OwnServers(settings), with, settings.patience());
        store.connect("the server");
        return store;
    }
}
