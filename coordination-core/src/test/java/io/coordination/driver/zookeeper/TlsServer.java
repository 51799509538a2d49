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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.curator.test.InstanceSpec;

/** A server in a process of its own that speaks TLS only, and wants to know its clients by their certificates too. */
public final class TlsServer implements AutoCloseable {

    /** Of all key and trust stores. */
    public static final String PASSWORD = "changeit";

    private final Path directory;
    private final int port;
    private final Process process;

    /**
     * Starts one on a free port.
     *
     * @throws Exception when that fails
     */
    public TlsServer() throws Exception {
        directory = Files.createTempDirectory("zookeeper-tls");
        port = InstanceSpec.getRandomPort();
        makeKeys("server");
        makeKeys("client");
        var settings = directory.resolve("zoo.cfg");
        Files.write(
                settings,
                List.of(
                        "tickTime=500",
                        "dataDir=" + directory.resolve("data"),
                        "secureClientPort=" + port,
                        "secureClientPortAddress=127.0.0.1",
                        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                        "authProvider.x509=org.apache.zookeeper.server.auth.X509AuthenticationProvider",
                        "admin.enableServer=false",
                        "ssl.keyStore.location=" + keys("server"),
                        "ssl.keyStore.password=" + PASSWORD,
                        "ssl.trustStore.location=" + trust("client"),
                        "ssl.trustStore.password=" + PASSWORD));
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

    /** {@return the server's host and port} */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /**
     * A key store.
     *
     * @param owner {@code server} or {@code client}
     * @return a file in PKCS12
     */
    public Path keys(String owner) {
        return directory.resolve(owner + "-keys.p12");
    }

    /**
     * A trust store that knows one certificate.
     *
     * @param owner whose: {@code server} or {@code client}
     * @return a file in PKCS12
     */
    public Path trust(String owner) {
        return directory.resolve("trust-" + owner + ".p12");
    }

    /** What ZooKeeper's client needs to be let in, if it trusts the owner of a certificate. */
    Map<String, String> clientProperties(String trusted) {
        return Map.of(
                "zookeeper.client.secure",
                "true",
                "zookeeper.clientCnxnSocket",
                "org.apache.zookeeper.ClientCnxnSocketNetty",
                "zookeeper.ssl.keyStore.location",
                keys("client").toString(),
                "zookeeper.ssl.keyStore.password",
                PASSWORD,
                "zookeeper.ssl.trustStore.location",
                trust(trusted).toString(),
                "zookeeper.ssl.trustStore.password",
                PASSWORD);
    }

    private void makeKeys(String owner) throws IOException, GeneralSecurityException, InterruptedException {
        var keytool = new ProcessBuilder(Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                                "-genkeypair -keyalg EC -storetype PKCS12 -validity 30 -dname CN=localhost",
                                "-ext san=ip:127.0.0.1,dns:localhost",
                                "-alias " + owner + " -keystore " + keys(owner) + " -storepass " + PASSWORD)
                        .flatMap(part -> Stream.of(part.toString().split(" ")))
                        .toList())
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool failed");
        }
        var made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys(owner))) {
            made.load(in, PASSWORD.toCharArray());
        }
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(owner, made.getCertificate(owner));
        try (var out = Files.newOutputStream(trust(owner))) {
            trusted.store(out, PASSWORD.toCharArray());
        }
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
