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

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.contract.Backend;
import io.coordination.contract.SessionContract;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract kit on clients of the application, which outlive the members. */
@Tag("slow")
class SharedClientTests extends SessionContract {

    private static TestServer server;

    private final List<CuratorFramework> clients = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startServer() throws Exception {
        server = new TestServer();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(CuratorFramework::close);
    }

    @Override
    protected Backend backend() throws Exception {
        return new ZooKeeperBackend(server.port(), new ApplicationPerMember());
    }

    @Test
    void closingTheMemberLeavesTheClientAndNothingElse() throws Exception {
        try (var client = CuratorFrameworkFactory.newClient("127.0.0.1:" + server.port(), new RetryOneTime(100))) {
            client.start();
            var a = member(client, "a");
            try (var b = member(client, "b")) {
                a.lock("x").tryAcquire().orElseThrow();
                a.group("g").join();
                assertThat(b.lock("x").tryAcquire()).isEmpty();
                a.close();
                assertThat(b.lock("x").tryAcquire()).isPresent();
                assertThat(b.group("g").members()).isEmpty();
            }
            assertThat(client.getState()).isEqualTo(CuratorFrameworkState.STARTED);
            assertThat(client.getZookeeperClient().getZooKeeper().getEphemerals())
                    .isEmpty();
        }
    }

    private static Coordinator member(CuratorFramework client, String id) {
        return Coordinator.builder()
                .url("zookeeper://ignored?namespace=shared")
                .driver(ZooKeeperDriver.around(client))
                .memberId(id)
                .open();
    }

    /** Gives each member a client of its own. */
    private final class ApplicationPerMember implements Driver {

        @Override
        public Set<String> schemes() {
            return new ZooKeeperDriver().schemes();
        }

        @Override
        public Session open(Target target, Surroundings with, SessionEvents events) {
            var servers = target.url().hosts().stream().map(Object::toString).collect(Collectors.joining(","));
            CuratorFramework client = CuratorFrameworkFactory.builder()
                    .connectString(servers)
                    .sessionTimeoutMs((int) target.lease().toMillis())
                    .retryPolicy(new RetryOneTime(100))
                    .maxCloseWaitMs(100)
                    .build();
            client.start();
            clients.add(client);
            try {
                return ZooKeeperDriver.around(client).open(target, with, events);
            } catch (RuntimeException failure) {
                client.close();
                throw failure;
            }
        }
    }
}
