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

import io.coordination.contract.Backend;
import io.coordination.contract.ElectionContract;
import io.coordination.contract.GroupContract;
import io.coordination.contract.LockContract;
import io.coordination.contract.Ports;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.apache.zookeeper.client.FourLetterWordMain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Three servers, of which the members are connected to a follower. */
@Tag("slow")
class EnsembleTests {

    private static TestingCluster cluster;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        cluster = start(3);
        var start = System.nanoTime();
        while ((port = follower()) == 0) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static int follower() throws Exception {
        for (var server : cluster.getInstances()) {
            var figures = FourLetterWordMain.send4LetterWord("127.0.0.1", server.getPort(), "mntr");
            if (figures.contains("zk_server_state\tfollower")) {
                return server.getPort();
            }
        }
        return 0;
    }

    /** Servers as quick as the single one of the other tests. */
    static TestingCluster start(int number) throws Exception {
        TestServer.setUp();
        var specs = new InstanceSpec[number];
        for (var i = 0; i < number; i++) {
            specs[i] = new InstanceSpec(
                    null,
                    Ports.free(),
                    Ports.free(),
                    Ports.free(),
                    true,
                    -1,
                    TestServer.TICK,
                    1000,
                    Map.of("maxSessionTimeout", "3600000"));
        }
        var started = new TestingCluster(specs);
        started.start();
        return started;
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Nested
    class Locks extends LockContract {
        @Override
        protected Backend backend() throws Exception {
            return new ZooKeeperBackend(port, new ZooKeeperDriver());
        }
    }

    @Nested
    class Elections extends ElectionContract {
        @Override
        protected Backend backend() throws Exception {
            return new ZooKeeperBackend(port, new ZooKeeperDriver());
        }
    }

    @Nested
    class Groups extends GroupContract {
        @Override
        protected Backend backend() throws Exception {
            return new ZooKeeperBackend(port, new ZooKeeperDriver());
        }
    }
}
