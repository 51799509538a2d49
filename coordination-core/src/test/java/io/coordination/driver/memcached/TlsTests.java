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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.ConnectionFailedException;
import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.contract.Identity;
import io.coordination.contract.LocalServer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS only. */
class TlsTests {

    @TempDir
    private static Path directory;

    private static Identity identity;
    private static Identity stranger;
    private static LocalServer server;

    @BeforeAll
    static void start() throws Exception {
        identity = Identity.make(directory, "server");
        stranger = Identity.make(directory, "stranger");
        server = LocalServer.memcachedWithTls(identity.pem());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static CoordinatorBuilder on(String host) {
        return Coordinator.builder().url("memcached://" + host + ":" + server.port());
    }

    @Test
    void serverWhoseCertificateIsTrustedIsConnectedTo() throws Exception {
        try (var a = on("127.0.0.1").tls(stranger.trusting(identity)).open();
                var lease = a.lock("x").tryAcquire().orElseThrow()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(a.lock("x").tryAcquire()).isEmpty();
        }
    }

    @Test
    void serverThatIsNotTrustedIsNamedWithTheMend() throws Exception {
        var builder = on("127.0.0.1").tls(stranger.trusting(stranger));
        assertThatExceptionOfType(ConnectionFailedException.class)
                .isThrownBy(builder::open)
                .withMessageContainingAll("127.0.0.1:" + server.port(), "TLS", "PKIX path", "trust store");
    }

    @Test
    void nameThatTheCertificateDoesNotHaveIsNamed() throws Exception {
        var builder = on("localhost").tls(stranger.trusting(identity));
        assertThatExceptionOfType(ConnectionFailedException.class)
                .isThrownBy(builder::open)
                .withMessageContainingAll("localhost:" + server.port(), "TLS", "localhost", "server's certificate");
    }

    @Test
    void configurationOfTheMomentCountsForEachConnection() throws Exception {
        var tls = new AtomicReference<>(stranger.trusting(stranger));
        var builder = on("127.0.0.1").tls(tls::get);
        assertThatExceptionOfType(ConnectionFailedException.class).isThrownBy(builder::open);
        tls.set(stranger.trusting(identity));
        try (var a = builder.open()) {
            assertThat(a.lock("y").tryAcquire()).isPresent();
        }
    }

    @Test
    void clientWithoutTlsIsTurnedAway() {
        var builder = on("127.0.0.1");
        assertThatExceptionOfType(ConnectionFailedException.class)
                .isThrownBy(builder::open)
                .withMessageContaining("127.0.0.1");
    }
}
