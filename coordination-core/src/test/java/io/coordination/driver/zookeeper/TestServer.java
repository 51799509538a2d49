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

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** A real server with short ticks, which grants sessions from one second to one hour. */
final class TestServer implements AutoCloseable {

    static final int TICK = 500;

    static {
        // An fsync is no part of what is tested.
        System.setProperty("zookeeper.forceSync", "no");
        System.setProperty("zookeeper.admin.enableServer", "false");
        // Empty containers are looked for every half second, not every minute.
        System.setProperty("znode.container.checkIntervalMs", "500");
    }

    private final TestingServer server;

    TestServer() throws Exception {
        var data = Files.createTempDirectory("zookeeper").toFile();
        server = new TestingServer(
                new InstanceSpec(data, -1, -1, -1, true, 1, TICK, 1000, Map.of("maxSessionTimeout", "3600000")), true);
    }

    int port() {
        return server.getPort();
    }

    void stop() throws Exception {
        server.stop();
    }

    void restart() throws Exception {
        server.restart();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
