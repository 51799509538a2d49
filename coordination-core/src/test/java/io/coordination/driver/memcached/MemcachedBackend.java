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
package io.coordination.driver.memcached;

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.contract.ProxiedBackend;
import io.coordination.spi.SessionState;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Members on a real server, behind a proxy, each run of a test in a namespace of its own. */
final class MemcachedBackend extends ProxiedBackend {

    private final MemcachedServer server;
    private final Duration poll;
    private final String namespace = UUID.randomUUID().toString();

    MemcachedBackend(MemcachedServer server, Duration poll) throws IOException {
        super(server.port(), new MemcachedWire());
        this.server = server;
        this.poll = poll;
    }

    String namespace() {
        return namespace;
    }

    @Override
    public CoordinatorBuilder member() {
        return Coordinator.builder()
                .url("memcached://127.0.0.1:" + proxy().port() + "?namespace=" + namespace)
                .sessionTimeout(Duration.ofSeconds(5))
                .pollInterval(poll);
    }

    @Override
    public Duration pollInterval() {
        return poll;
    }

    /** Deletes the session's key, and waits until the member knows. */
    @Override
    public void expire(Coordinator member) {
        var lost = new AtomicBoolean();
        var told = member.onStateChange(state -> lost.compareAndSet(false, state == SessionState.LOST));
        server.endSession(namespace, member.memberId());
        while (!lost.get()) {
            LockSupport.parkNanos(1_000_000);
        }
        told.close();
    }

    @Override
    public Map<String, Long> traces() {
        return Map.of(
                "keys",
                server.keys().stream().filter(key -> key.startsWith(namespace)).count());
    }
}
