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

import io.coordination.Coordinator;
import io.coordination.contract.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A server of one test, members that ask it, and a line between them that can fail. */
abstract class FaultFixture {

    static final Duration LEASE = Duration.ofSeconds(3);

    final List<AutoCloseable> open = new ArrayList<>();
    RedisServer server;
    FaultProxy proxy;

    final void start(String... settings) throws Exception {
        server = settings.length == 0 ? RedisServer.start() : RedisServer.start(settings);
        proxy = new FaultProxy(server.port(), new RedisWire());
    }

    @AfterEach
    final void stop() throws Exception {
        if (server == null) {
            return;
        }
        proxy.restore();
        for (var opened : open) {
            opened.close();
        }
        proxy.close();
        server.close();
    }

    private Coordinator open(String id, int port) {
        var member = Coordinator.builder()
                .url("redis://127.0.0.1:" + port)
                .memberId(id)
                .sessionTimeout(LEASE)
                .pollInterval(Duration.ofMinutes(10))
                .open();
        open.add(member);
        return member;
    }

    /** Behind the proxy. */
    final Coordinator member(String id) {
        return open(id, proxy.port());
    }

    /** Beside the proxy. */
    final Coordinator other(String id) {
        return open(id, server.port());
    }
}
