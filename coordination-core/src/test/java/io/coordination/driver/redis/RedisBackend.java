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
import io.coordination.CoordinatorBuilder;
import io.coordination.contract.ProxiedBackend;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Members on a real server, behind a proxy; each test begins with an empty server. */
final class RedisBackend extends ProxiedBackend implements Driver {

    private final RedisServer server;
    private final Driver driver = new RedisDriver();
    private final Map<String, RedisSession> sessions = new ConcurrentHashMap<>();

    RedisBackend(RedisServer server) throws IOException {
        super(server.port(), new RedisWire());
        this.server = server;
        server.plain().flushall();
    }

    String url() {
        return "redis://127.0.0.1:" + proxy().port();
    }

    @Override
    public CoordinatorBuilder member() {
        return Coordinator.builder().url(url()).driver(this);
    }

    @Override
    public Set<String> schemes() {
        return driver.schemes();
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        var session = (RedisSession) driver.open(target, with, events);
        sessions.put(target.memberId(), session);
        return session;
    }

    /** Ends it beside the proxy, as if its key had expired. */
    @Override
    public void expire(Coordinator member) {
        var session = sessions.get(member.memberId());
        var target = new Target(StoreUrl.parse(server.url()), "test", "", Duration.ofSeconds(30), null);
        var with = new Surroundings(Clock.SYSTEM, (delay, task) -> () -> {}, Runnable::run);
        try (var direct = new Store(new OwnServers(Settings.of(target)), with, Duration.ofSeconds(20))) {
            direct.connect("the server");
            session.endInStore(direct);
        }
        session.lost("the test ended it");
    }

    @Override
    public Map<String, Long> traces() {
        var plain = server.plain();
        return Map.of(
                "keys", plain.dbsize(),
                "connections", plain.clientList().lines().count(),
                "channels", (long) plain.pubsubChannels().size());
    }
}
