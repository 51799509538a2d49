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

import io.coordination.contract.Identity;
import io.coordination.contract.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A server in a process of its own that speaks TLS only, and wants to know its clients by their certificates too. */
public final class TlsServer implements AutoCloseable {

    /** ZooKeeper looks up the name of an address. */
    private static final String HOSTS = "ip:127.0.0.1,dns:localhost";

    private final Path directory;
    private final int port;
    private final Identity client;
    private final Path settings;
    private final Identity server;
    private Process process;

    /**
     * Starts one on a free port.
     *
     * @throws Exception when that fails
     */
    public TlsServer() throws Exception {
        directory = Files.createTempDirectory("zookeeper-tls");
        port = Ports.free();
        server = Identity.make(directory, "server", HOSTS);
        client = Identity.make(directory, "client", HOSTS);
        settings = Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "tickTime=500",
                        "dataDir=" + directory.resolve("data"),
                        "secureClientPort=" + port,
                        "secureClientPortAddress=127.0.0.1",
                        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                        "authProvider.x509=org.apache.zookeeper.server.auth.X509AuthenticationProvider",
                        "admin.enableServer=false",
                        "ssl.keyStore.location=" + server.keys(),
                        "ssl.keyStore.password=" + Identity.PASSWORD,
                        "ssl.trustStore.location=" + client.trust(),
                        "ssl.trustStore.password=" + Identity.PASSWORD));
        start();
    }

    private void start() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "org.apache.zookeeper.server.ZooKeeperServerMain",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        awaitPort();
    }

    /**
     * Kills the server and starts it again.
     *
     * @throws IOException when that fails
     */
    public void restart() throws IOException {
        process.destroyForcibly().onExit().join();
        start();
    }

    /** {@return the server's host and port} */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /**
     * Writes another certificate into the server's files, which counts when it is started again.
     *
     * @throws Exception when that fails
     */
    public void renew() throws Exception {
        Identity.make(directory, "server", HOSTS);
    }

    /** {@return what the server shows} */
    public Identity server() {
        return server;
    }

    /** {@return what the server wants to be shown} */
    public Identity client() {
        return client;
    }

    /** What ZooKeeper's client needs to be let in, if it trusts the owner of a certificate. */
    Map<String, String> clientProperties(Identity trusted) {
        return Map.of(
                "zookeeper.client.secure",
                "true",
                "zookeeper.clientCnxnSocket",
                "org.apache.zookeeper.ClientCnxnSocketNetty",
                "zookeeper.ssl.keyStore.location",
                client.keys().toString(),
                "zookeeper.ssl.keyStore.password",
                Identity.PASSWORD,
                "zookeeper.ssl.trustStore.location",
                trusted.trust().toString(),
                "zookeeper.ssl.trustStore.password",
                Identity.PASSWORD);
    }

    private void awaitPort() throws IOException {
        var start = System.nanoTime();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive()
                        || System.nanoTime() - start > Duration.ofSeconds(60).toNanos()) {
                    close();
                    throw new IOException("no server: " + Files.readString(directory.resolve("log")), notYet);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
