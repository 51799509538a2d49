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

import static io.coordination.driver.redis.Keyspace.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.spi.Clock;
import io.coordination.spi.Scheduler;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A session's two connections. */
class StoreTests {

    private static final String CHANNEL = "_tooz:session:0123456789abcdef";

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

    private static Store store(RedisServer server) {
        Scheduler scheduler = (delay, task) -> {
            var later = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
            var pending = CompletableFuture.runAsync(task, later);
            return () -> pending.cancel(false);
        };
        var target = new Target(StoreUrl.parse(server.url()), "a", "", Duration.ofSeconds(30), null);
        var settings = Settings.of(target);
        var with = new Surroundings(Clock.SYSTEM, scheduler, Runnable::run);
        var store = new Store(new OwnServers(settings), with, settings.patience());
        store.connect("the server");
        return store;
    }
}
