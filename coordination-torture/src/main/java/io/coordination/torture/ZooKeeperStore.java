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
package io.coordination.torture;

import io.coordination.contract.FaultProxy;
import io.coordination.contract.LocalServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** An ensemble of three servers, of which one at a time fails. */
final class ZooKeeperStore implements Store {

    private static final int SERVERS = 3;
    private static final int TICK = 500;

    private final List<LocalServer> servers = new ArrayList<>();

    ZooKeeperStore() throws IOException {
        var directory = Files.createTempDirectory("zookeeper");
        var ensemble = IntStream.range(0, SERVERS)
                .mapToObj(i -> "server." + i + "=127.0.0.1:" + freePort() + ":" + freePort())
                .collect(Collectors.joining("\n"));
        for (var i = 0; i < SERVERS; i++) {
            servers.add(LocalServer.start(new Peer(directory.resolve(String.valueOf(i)), i, ensemble)));
        }
    }

    private record Peer(Path directory, int id, String ensemble) implements LocalServer.Kind {

        @Override
        public List<String> command(int port) {
            var settings = directory.resolve("zoo.cfg");
            try {
                Files.createDirectories(directory);
                Files.writeString(directory.resolve("myid"), String.valueOf(id));
                Files.writeString(
                        settings,
                        String.join(
                                "\n",
                                "dataDir=" + directory,
                                "clientPort=" + port,
                                "clientPortAddress=127.0.0.1",
                                "tickTime=" + TICK,
                                "maxSessionTimeout=60000",
                                "initLimit=20",
                                "syncLimit=10",
                                "admin.enableServer=false",
                                ensemble));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dzookeeper.forceSync=no",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    QuorumPeerMain.class.getName(),
                    settings.toString());
        }

        @Override
        public boolean isReady(Socket connection) {
            return true;
        }
    }

    private static int freePort() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String name() {
        return "zookeeper";
    }

    @Override
    public List<FaultProxy> lines() throws IOException {
        var lines = new ArrayList<FaultProxy>();
        for (var server : servers) {
            lines.add(new FaultProxy(server.port(), FaultProxy.Protocol.BYTES));
        }
        return lines;
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return lines.stream()
                .map(line -> "127.0.0.1:" + line.port())
                .collect(Collectors.joining(",", "zookeeper://", ""));
    }

    /** Half of it is believed. */
    @Override
    public Duration lease() {
        return Store.seconds(4);
    }

    @Override
    public Duration expiry() {
        return lease().plusMillis(2 * TICK);
    }

    @Override
    public List<Fault> faults() {
        var faults = new ArrayList<Fault>();
        for (var server : servers) {
            faults.add(Fault.ofServer("one-of-three-restarts", lease -> {
                server.stop();
                Thread.sleep(lease / 2);
                server.run();
            }));
            faults.add(Fault.ofServer("one-of-three-stops", lease -> {
                server.signal("STOP");
                try {
                    Thread.sleep(lease * 3 / 2);
                } finally {
                    server.signal("CONT");
                }
            }));
        }
        return faults;
    }

    @Override
    public void close() {
        servers.forEach(LocalServer::close);
    }
}
