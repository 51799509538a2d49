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
package io.coordination.driver.zookeeper;

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.contract.ProxiedBackend;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.SessionState;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.ZooKeeper;

/** Members on a real server, behind a proxy, each run of a test below a node of its own. */
final class ZooKeeperBackend extends ProxiedBackend implements Driver {

    private final int port;
    private final Driver driver;
    private final ZooKeeperWire wire;
    private final String root = "/" + UUID.randomUUID();
    private final Map<String, ZooKeeperSession> sessions = new ConcurrentHashMap<>();

    ZooKeeperBackend(int port, Driver driver) throws IOException {
        this(port, driver, new ZooKeeperWire());
    }

    private ZooKeeperBackend(int port, Driver driver, ZooKeeperWire wire) throws IOException {
        super(port, wire);
        this.port = port;
        this.driver = driver;
        this.wire = wire;
    }

    String url() {
        return "zookeeper://127.0.0.1:" + proxy().port() + root;
    }

    /** The server, without a proxy. */
    String directUrl() {
        return "zookeeper://127.0.0.1:" + port + root;
    }

    String root() {
        return root;
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
        var session = driver.open(target, with, events);
        sessions.put(target.memberId(), (ZooKeeperSession) session);
        return session;
    }

    /** Ends the session at the server, as its own client could, and waits until the member knows. */
    @Override
    public void expire(Coordinator member) {
        var session = sessions.get(member.memberId());
        end(session.client().sessionId());
        while (member.state() != SessionState.LOST && sessions.get(member.memberId()) == session) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    long sessionOf(String member) {
        return sessions.get(member).client().sessionId();
    }

    @SuppressWarnings("try")
    private void end(long session) {
        var connected = new CountDownLatch(1);
        try (var twin = new ZooKeeper(
                "127.0.0.1:" + port, 10_000, event -> connected.countDown(), session, wire.passwords.get(session))) {
            if (!connected.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("no connection");
            }
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public Map<String, Long> traces() {
        try {
            return Map.of(
                    "nodes", TestServer.figure(port, "zk_znode_count"),
                    "watches", TestServer.figure(port, "zk_watch_count"),
                    "sessions", TestServer.figure(port, "zk_global_sessions"),
                    "connections", TestServer.figure(port, "zk_num_alive_connections"));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
