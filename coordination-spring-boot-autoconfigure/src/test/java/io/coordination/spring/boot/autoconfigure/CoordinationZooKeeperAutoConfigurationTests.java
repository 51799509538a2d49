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
import io.coordination.spi.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.zookeeper.ZookeeperAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.zookeeper.config.CuratorFrameworkFactoryBean;
import org.springframework.integration.zookeeper.leader.LeaderInitiator;
import org.springframework.integration.zookeeper.lock.ZookeeperLockRegistry;
import org.springframework.integration.zookeeper.metadata.ZookeeperMetadataStore;

/** One connection for the coordinator and for Spring Integration. */
@ExtendWith(OutputCaptureExtension.class)
class CoordinationZooKeeperAutoConfigurationTests {

    private static TestingServer server;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class,
                    CoordinationZooKeeperAutoConfiguration.class,
                    CoordinationAutoConfiguration.class));

    @BeforeAll
    static void start() throws Exception {
        server = new TestingServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private ApplicationContextRunner onServer() {
        return runner.withPropertyValues("coordination.url=zookeeper://" + server.getConnectString());
    }

    @Test
    void withSpringIntegrationTheConnectionIsABeanForItsRegistryInitiatorAndStore() {
        onServer().run(context -> {
            var client = context.getBean(CuratorFramework.class);
            var coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);
            try (var lease = coordinator.lock("x").tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
                assertThat(client.getZookeeperClient().getZooKeeper().getEphemerals())
                        .as("one session for both")
                        .anyMatch(path -> path.startsWith("/tooz/locks/x/"));
            }

            var registry = new ZookeeperLockRegistry(client);
            var theirs = registry.obtain("x");
            assertThat(theirs.tryLock(10, TimeUnit.SECONDS)).isTrue();
            theirs.unlock();
            registry.destroy();

            var store = new ZookeeperMetadataStore(client);
            store.start();
            store.put("key", "value");
            assertThat(store.get("key")).isEqualTo("value");
            store.stop();

            var granted = new CountDownLatch(1);
            var initiator = new LeaderInitiator(client, new DefaultCandidate("me", "role") {
                @Override
                public void onGranted(Context leading) {
                    granted.countDown();
                }
            });
            initiator.start();
            assertThat(granted.await(20, TimeUnit.SECONDS)).isTrue();
            initiator.stop();
            assertThat(coordinator.state()).isEqualTo(SessionState.LIVE);
        });
    }

    @Test
    void clientOfTheApplicationIsUsedAndStartedOnce() {
        onServer().withUserConfiguration(OwnClient.class).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(CuratorFramework.class);
            var client = context.getBean(CuratorFramework.class);
            context.getBean(Coordinator.class).lock("y").tryAcquire().orElseThrow();
            assertThat(client.getZookeeperClient().getZooKeeper().getEphemerals())
                    .anyMatch(path -> path.startsWith("/tooz/locks/y/"));
            assertThat(context.getBean("&client", CuratorFrameworkFactoryBean.class)
                            .isRunning())
                    .isTrue();
        });
    }

    @Test
    void withoutSpringIntegrationTheConnectionIsTheCoordinatorsOwn() {
        onServer()
                .withClassLoader(new FilteredClassLoader("org.springframework.integration"))
                .run(context -> {
                    assertThat(context).doesNotHaveBean(CuratorFramework.class);
                    assertThat(context.getBean(Coordinator.class).lock("z").tryAcquire(Duration.ofSeconds(5)))
                            .isPresent();
                });
    }

    @Test
    void clientOfSpringCloudZookeeperIsUsed() {
        onServer()
                .withConfiguration(AutoConfigurations.of(ZookeeperAutoConfiguration.class))
                .withPropertyValues("spring.cloud.zookeeper.connect-string=" + server.getConnectString())
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(CuratorFramework.class);
                    assertThat(context).hasBean("curatorFramework");
                    var client = context.getBean(CuratorFramework.class);
                    context.getBean(Coordinator.class)
                            .lock("cloud")
                            .tryAcquire()
                            .orElseThrow();
                    assertThat(client.getZookeeperClient().getZooKeeper().getEphemerals())
                            .anyMatch(path -> path.startsWith("/tooz/locks/cloud/"));
                });
    }

    @Test
    void ofSeveralClientsThePrimaryOneIsUsed() {
        onServer().withUserConfiguration(OwnClient.class, PrimaryClient.class).run(context -> {
            context.getBean(Coordinator.class).lock("primary").tryAcquire().orElseThrow();
            var primary = context.getBean("primary", CuratorFramework.class);
            assertThat(primary.getZookeeperClient().getZooKeeper().getEphemerals())
                    .anyMatch(path -> path.startsWith("/tooz/locks/primary/"));
        });
    }

    @Test
    void severalClientsOfWhichNoneIsPrimaryAreAnErrorThatNamesThem() {
        onServer()
                .withUserConfiguration(OwnClient.class, OtherClient.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(NoUniqueBeanDefinitionException.class)
                        .hasMessageContaining("client,other"));
    }

    @Test
    void serversAreTheSameInAnyOrderAndCaseAndWithoutTheStandardPort() {
        onServersOf("LOCALHOST:" + server.getPort() + ",Host.invalid,127.0.0.1:" + server.getPort())
                .withPropertyValues("coordination.url=zookeeper://127.0.0.1:" + server.getPort() + ",localhost:"
                        + server.getPort() + ",host.INVALID:2181/alike")
                .run(context -> assertThat(sharesItsClient(context, "/alike")).isTrue());
    }

    @Test
    void urlWithoutServersMeansThoseOfTheClientOfTheApplication() {
        onServersOf(server.getConnectString())
                .withPropertyValues("coordination.url=zookeeper:///below")
                .run(context -> assertThat(sharesItsClient(context, "/below")).isTrue());
    }

    @Test
    void urlWithoutServersIsBelowTheChrootOfTheClient(CapturedOutput output) {
        onServersOf(server.getConnectString())
                .withPropertyValues("coordination.url=zookeeper:///chroot")
                .run(context -> assertThat(sharesItsClient(context, "/chroot")).isTrue());
        onServersOf(server.getConnectString() + "/chroot")
                .withPropertyValues("coordination.url=zookeeper://")
                .run(context -> assertThat(sharesItsClient(context, "/chroot")).isTrue());
        assertThat(output).doesNotContain("a connection of its own");
    }

    @Test
    void clientWithAChrootIsNotUsedForAUrlWithServersAndAWarningNamesTheMend(CapturedOutput output) {
        onServersOf(server.getConnectString() + "/chroot")
                .withPropertyValues("coordination.url=zookeeper://" + server.getConnectString() + "/chroot")
                .run(context -> assertThat(sharesItsClient(context, "/chroot")).isFalse());
        assertThat(output.getOut().lines().filter(line -> line.contains("a connection of its own")))
                .singleElement()
                .asString()
                .contains(
                        "WARN",
                        server.getConnectString() + "/chroot",
                        "write both alike, or zookeeper:// without servers");
    }

    private ApplicationContextRunner onServersOf(String servers) {
        return runner.withBean(
                CuratorFramework.class,
                () -> CuratorFrameworkFactory.newClient(servers, new ExponentialBackoffRetry(100, 5)));
    }

    private static boolean sharesItsClient(AssertableApplicationContext context, String path) throws Exception {
        assertThat(context).hasNotFailed();
        context.getBean(Coordinator.class).lock("x").tryAcquire().orElseThrow();
        var client = context.getBean(CuratorFramework.class);
        return client.getState() == CuratorFrameworkState.STARTED
                && client.getZookeeperClient().getZooKeeper().getEphemerals().stream()
                        .anyMatch(node -> node.startsWith(path + "/tooz/locks/x/"));
    }

    @Test
    void clientOfAnotherEnsembleIsNotUsed() throws Exception {
        try (var elsewhere = new TestingServer()) {
            runner.withPropertyValues("coordination.url=zookeeper://" + elsewhere.getConnectString())
                    .withUserConfiguration(OwnClient.class)
                    .run(context -> {
                        context.getBean(Coordinator.class)
                                .lock("there")
                                .tryAcquire()
                                .orElseThrow();
                        var client = context.getBean(CuratorFramework.class);
                        assertThat(client.checkExists().forPath("/tooz/locks/there"))
                                .isNull();
                    });
        }
    }

    @Test
    void timeoutAndUserOfTheUrlAreThoseOfTheSharedConnection() {
        runner.withPropertyValues("coordination.url=zookeeper://user:secret@" + server.getConnectString()
                        + "?timeout=7&namespace=private")
                .run(context -> {
                    var client = context.getBean(CuratorFramework.class);
                    assertThat(client.getZookeeperClient().getZooKeeper().getSessionTimeout())
                            .isEqualTo(7000);
                    context.getBean(Coordinator.class).group("g").join();
                    var store = new ZookeeperMetadataStore(client);
                    store.setRoot("/private-store");
                    store.start();
                    store.put("key", "value");
                    for (var path : List.of("/private/g", "/private-store/key")) {
                        assertThat(client.getACL().forPath(path))
                                .singleElement()
                                .satisfies(
                                        acl -> assertThat(acl.getId().getId()).startsWith("user:"));
                    }
                    store.stop();
                });
    }

    @Test
    void ownCoordinatorIsLeftAlone() {
        onServer()
                .withBean(Coordinator.class, () -> Coordinator.open("memory://own"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(CuratorFramework.class));
    }

    @Test
    void otherStoresNeedNoClient() {
        runner.withPropertyValues("coordination.url=memory://no-client").run(context -> {
            assertThat(context).doesNotHaveBean(CuratorFramework.class);
            assertThat(context).hasSingleBean(Coordinator.class);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClient {

        @Bean
        CuratorFrameworkFactoryBean client() {
            return new CuratorFrameworkFactoryBean(server.getConnectString());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherClient {

        @Bean
        CuratorFrameworkFactoryBean other() {
            return new CuratorFrameworkFactoryBean(server.getConnectString());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryClient {

        @Bean
        @Primary
        CuratorFrameworkFactoryBean primary() {
            return new CuratorFrameworkFactoryBean(server.getConnectString());
        }
    }
}
