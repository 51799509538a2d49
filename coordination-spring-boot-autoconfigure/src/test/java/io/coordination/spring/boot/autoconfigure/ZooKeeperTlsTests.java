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
package io.coordination.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.contract.Identity;
import io.coordination.driver.zookeeper.TlsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** {@code coordination.ssl.bundle} against a server that speaks TLS only and wants to know its clients. */
class ZooKeeperTlsTests {

    private static TlsServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TlsServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ApplicationContextRunner trusting(Identity other) {
        var bundle = "spring.ssl.bundle.jks.store.";
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SslAutoConfiguration.class,
                        CoordinationZooKeeperAutoConfiguration.class,
                        CoordinationAutoConfiguration.class))
                .withPropertyValues(
                        "coordination.url=zookeeper://" + server.address(),
                        "coordination.ssl.bundle=store",
                        bundle + "keystore.location=file:" + server.client().keys(),
                        bundle + "keystore.password=" + Identity.PASSWORD,
                        bundle + "truststore.location=file:" + other.trust(),
                        bundle + "truststore.password=" + Identity.PASSWORD);
    }

    @Test
    void bundleSecuresTheConnectionThatIsSharedWithSpringIntegration() {
        trusting(server.server()).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(CuratorFramework.class);
            assertThat(context.getBean(Coordinator.class).lock("x").tryAcquire(Duration.ofSeconds(20)))
                    .isPresent();
        });
    }

    @Test
    void bundleSecuresTheCoordinatorsOwnConnection() {
        trusting(server.server())
                .withClassLoader(new FilteredClassLoader("org.springframework.integration", "org.apache.curator"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Coordinator.class).lock("y").tryAcquire(Duration.ofSeconds(20)))
                            .isPresent();
                });
    }

    @Test
    void serverThatIsNotTrustedFailsTheStartAndNamesTheMend() {
        trusting(server.client())
                .withPropertyValues("coordination.session-timeout=30s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining(server.address())
                        .hasMessageContaining("PKIX path")
                        .hasMessageContaining("trust store"));
    }

    @Test
    void keysAreEncryptedForThisProcessAndGoWithIt() {
        var directory = new AtomicReference<Path>();
        trusting(server.server()).run(context -> {
            var properties = context.getBean(ZooKeeperTls.class).properties();
            var file = Path.of(properties.get("zookeeper.ssl.keyStore.location"));
            directory.set(file.getParent());
            assertThat(Files.getPosixFilePermissions(file.getParent())).hasSize(3);
            assertThat(properties.get("zookeeper.ssl.keyStore.password"))
                    .hasSize(64)
                    .doesNotContain(Identity.PASSWORD);
        });
        assertThat(directory.get()).doesNotExist();
    }
}
