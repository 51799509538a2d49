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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.contract.Identity;
import io.coordination.contract.LocalServer;
import io.coordination.driver.sql.PostgreSqlServer;
import io.coordination.driver.zookeeper.TlsServer;
import io.coordination.spi.SessionState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Servers that get another certificate, while an application runs that is given the new one to trust. */
@Tag("slow")
class BundleUpdateTests {

    private static final String BUNDLE = "spring.ssl.bundle.jks.store.";

    @TempDir
    private Path directory;

    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    @Test
    void memcachedIsConnectedToAgain() throws Exception {
        var identity = Identity.make(directory, "server");
        try (var server = LocalServer.memcachedWithTls(identity.pem())) {
            connectsAgain(
                    trusting(identity).withPropertyValues("coordination.url=memcached://127.0.0.1:" + server.port()),
                    () -> Identity.make(directory, "server"),
                    server::restart);
        }
    }

    @Test
    void redisIsConnectedToAgain() throws Exception {
        var identity = Identity.make(directory, "server");
        try (var server = LocalServer.redisWithTls(identity.pem())) {
            connectsAgain(
                    trusting(identity).withPropertyValues("coordination.url=rediss://127.0.0.1:" + server.port()),
                    () -> Identity.make(directory, "server"),
                    server::restart);
        }
    }

    @Test
    void redisThatSpringBootKnowsIsConnectedToAgain() throws Exception {
        var identity = Identity.make(directory, "server");
        try (var server = LocalServer.redisWithTls(identity.pem())) {
            connectsAgain(
                    trusting(identity)
                            .withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
                            .withPropertyValues(
                                    "coordination.url=redis://",
                                    "coordination.ssl.enabled=false",
                                    "spring.data.redis.host=127.0.0.1",
                                    "spring.data.redis.port=" + server.port(),
                                    "spring.data.redis.ssl.bundle=store"),
                    () -> Identity.make(directory, "server"),
                    server::restart);
        }
    }

    @Test
    void postgreSqlIsConnectedToAgain() throws Exception {
        var pem = Files.createTempDirectory("postgresql-tls").resolve("server.pem");
        pem.getParent().toFile().setExecutable(true, false);
        var identity = Identity.make(directory, "server");
        giveToServer(identity, pem);
        try (var server = PostgreSqlServer.open("ssl=on", "ssl_cert_file=" + pem, "ssl_key_file=" + pem)) {
            connectsAgain(
                    trusting(identity).withPropertyValues("coordination.url=" + server.url()),
                    () -> giveToServer(Identity.make(directory, "server"), pem),
                    server::restart);
        } finally {
            Files.delete(pem);
            Files.delete(pem.getParent());
        }
    }

    /** It takes a key from a file only that is its user's alone, and does not run as root. */
    private static void giveToServer(Identity identity, Path pem) throws Exception {
        var install =
                new ArrayList<>(List.of("install", "--mode=600", identity.pem().toString(), pem.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            install.add(1, "--owner=nobody");
        }
        assertThat(new ProcessBuilder(install).inheritIO().start().waitFor()).isZero();
    }

    @ParameterizedTest(name = "{0} missing")
    @ValueSource(strings = {"nothing", "org.springframework.integration"})
    void zooKeeperIsConnectedToAgain(String missing) throws Exception {
        try (var server = new TlsServer()) {
            connectsAgain(
                    trusting(server.server())
                            .withClassLoader(new FilteredClassLoader(missing))
                            .withPropertyValues(
                                    "coordination.url=zookeeper://" + server.address(),
                                    BUNDLE + "keystore.location=file:"
                                            + server.client().keys(),
                                    BUNDLE + "keystore.password=" + Identity.PASSWORD),
                    server::renew,
                    server::restart);
        }
    }

    private static ApplicationContextRunner trusting(Identity server) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SslAutoConfiguration.class,
                        CoordinationZooKeeperAutoConfiguration.class,
                        CoordinationRedisAutoConfiguration.class,
                        CoordinationAutoConfiguration.class))
                .withPropertyValues(
                        "coordination.ssl.bundle=store",
                        "coordination.session-timeout=20s",
                        BUNDLE + "truststore.location=file:" + server.trust(),
                        BUNDLE + "truststore.password=" + Identity.PASSWORD,
                        BUNDLE + "reload-on-update=true",
                        "spring.ssl.bundle.watch.file.quiet-period=200ms");
    }

    private static void connectsAgain(ApplicationContextRunner application, Task renew, Task restart) {
        application.run(context -> {
            assertThat(context).hasNotFailed();
            var coordinator = context.getBean(Coordinator.class);
            var lease = coordinator.lock("before").tryAcquire().orElseThrow();
            var updated = new CountDownLatch(1);
            context.getBean(SslBundles.class).addBundleUpdateHandler("store", bundle -> updated.countDown());

            renew.run();
            assertThat(updated.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(coordinator.lock("after").tryAcquire()).isPresent();
            assertThat(lease.isValid()).as("no connection was broken").isTrue();
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);

            restart.run();
            eventually("it is connected again", () -> takes(coordinator));
        });
    }

    private static boolean takes(Coordinator coordinator) {
        try {
            return coordinator.lock("again").tryAcquire().isPresent();
        } catch (CoordinationException notYet) {
            return false;
        }
    }
}
