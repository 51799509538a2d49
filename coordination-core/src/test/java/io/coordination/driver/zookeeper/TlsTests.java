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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.BadOptionException;
import io.coordination.ConnectionFailedException;
import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that speaks TLS only. */
class TlsTests {

    private static TlsServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TlsServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static CoordinatorBuilder member(Map<String, String> properties) {
        return Coordinator.builder()
                .url("zookeeper://" + server.address())
                .driver(ZooKeeperDriver.with(properties))
                .sessionTimeout(Duration.ofSeconds(20));
    }

    @Test
    void memberWithAKeyThatTheServerTrustsIsLetIn() throws Exception {
        var properties = server.clientProperties(server.server());
        try (var a = member(properties)
                        .tls(server.client().trusting(server.server()))
                        .open();
                var lease = a.lock("x").tryAcquire().orElseThrow()) {
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void serverThatIsNotTrustedIsNamedWithTheMendAndWithinTheTimeToConnect() throws Exception {
        var builder = member(server.clientProperties(server.client()))
                .tls(server.client().trusting(server.client()));
        var start = System.nanoTime();
        assertThatExceptionOfType(ConnectionFailedException.class)
                .isThrownBy(builder::open)
                .withMessageContaining(server.address())
                .withMessageContaining("TLS")
                .withMessageContaining("PKIX path")
                .withMessageContaining("trust store");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void contextWithoutAClientThatIsSetUpForTlsIsRefused() throws Exception {
        var builder = member(Map.of()).tls(server.client().trusting(server.server()));
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(builder::open)
                .withMessageContaining("TLS")
                .withMessageContaining("zookeeper.client.secure");
    }

    @Test
    void clientWithoutTlsIsTurnedAwayInTime() {
        var builder = member(Map.of()).sessionTimeout(Duration.ofSeconds(4));
        assertThatExceptionOfType(ConnectionFailedException.class)
                .isThrownBy(builder::open)
                .withMessageContaining(server.address())
                .withMessageContaining("check hosts and ports");
    }
}
