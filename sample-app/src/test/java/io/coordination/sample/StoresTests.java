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
package io.coordination.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coordination.contract.LocalServer;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another URL is all it takes to run the sample on a server. */
@Tag("slow")
@Timeout(180)
class StoresTests {

    @TempDir
    private Path directory;

    @Test
    void onZooKeeper() throws Exception {
        try (var server = new TestingServer()) {
            threeElectALeaderWhoseEndPassesTheLead("zookeeper://" + server.getConnectString());
        }
    }

    @Test
    void onRedis() {
        try (var server = LocalServer.redis()) {
            threeElectALeaderWhoseEndPassesTheLead("redis://127.0.0.1:" + server.port());
        }
    }

    @Test
    void onMemcached() {
        try (var server = LocalServer.memcached()) {
            threeElectALeaderWhoseEndPassesTheLead("memcached://127.0.0.1:" + server.port());
        }
    }

    private void threeElectALeaderWhoseEndPassesTheLead(String url) {
        try (var fleet = new Fleet(directory, url)) {
            var old = fleet.leader();
            var leader = fleet.leading();
            var others = fleet.others(leader);

            leader.shutDown();

            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                var now = others.get(0).picture();
                assertThat(now.store()).isEqualTo(url);
                assertThat(now.members()).hasSize(2);
                assertThat(Fleet.isNewer(now.leader(), old)).isTrue();
            });
            Fleet.awaitQuiet(others);
        }
    }
}
