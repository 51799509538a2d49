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

import io.coordination.contract.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.client.FourLetterWordMain;

/** A real server with short ticks, which grants sessions from one second to one hour. */
final class TestServer implements AutoCloseable {

    static final int TICK = 500;

    static {
        setUp();
    }

    /** Properties of all servers in this process. */
    static void setUp() {
        // An fsync is no part of what is tested.
        System.setProperty("zookeeper.forceSync", "no");
        System.setProperty("zookeeper.admin.enableServer", "false");
        // Empty containers are looked for every half second, not every minute.
        System.setProperty("zookeeper.4lw.commands.whitelist", "mntr");
        System.setProperty("znode.container.checkIntervalMs", "500");
    }

    private final Path data;
    private final TestingServer server;

    TestServer() throws Exception {
        data = Files.createTempDirectory("zookeeper");
        server = new TestingServer(
                new InstanceSpec(
                        data.toFile(),
                        Ports.free(),
                        Ports.free(),
                        Ports.free(),
                        true,
                        1,
                        TICK,
                        1000,
                        Map.of("maxSessionTimeout", "3600000")),
                true);
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

    /** Begins anew with nothing. */
    void wipe() throws Exception {
        server.stop();
        try (var files = Files.walk(data)) {
            files.map(Path::toFile).filter(File::isFile).forEach(File::delete);
        }
        server.restart();
    }

    /** One of the server's own figures. */
    long figure(String name) throws Exception {
        return figure(port(), name);
    }

    static long figure(int port, String name) throws Exception {
        var figures = FourLetterWordMain.send4LetterWord("127.0.0.1", port, "mntr");
        return figures.lines()
                .filter(line -> line.startsWith(name + "\t"))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
