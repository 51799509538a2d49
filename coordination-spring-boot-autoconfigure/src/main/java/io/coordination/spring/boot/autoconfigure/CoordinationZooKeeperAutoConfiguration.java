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

import io.coordination.BadOptionException;
import io.coordination.Coordinator;
import io.coordination.driver.zookeeper.ZooKeeperDriver;
import io.coordination.spi.Options;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * One connection to ZooKeeper for the coordinator and the rest of the application, where {@code coordination.url} is a
 * {@code zookeeper://} URL: a {@link CuratorFramework} bean is used by the coordinator, and where Spring Integration's ZooKeeper
 * module is present and there is no such bean, the coordinator's connection is one.
 */
@AutoConfiguration(
        before = CoordinationAutoConfiguration.class,
        afterName = "org.springframework.cloud.zookeeper.ZookeeperAutoConfiguration")
@ConditionalOnClass(ZooKeeper.class)
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(Coordinator.class)
@Conditional(CoordinationZooKeeperAutoConfiguration.OnZooKeeperUrl.class)
public final class CoordinationZooKeeperAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinationZooKeeperAutoConfiguration.class);
    private static final int PORT = 2181;

    /** Used by the application context. */
    public CoordinationZooKeeperAutoConfiguration() {}

    @Bean
    ZooKeeperTls coordinationZooKeeperTls(CoordinationConnectionDetails details) {
        var tls = new ZooKeeperTls(details.getSslBundle());
        details.onSslBundleUpdate(tls::update);
        return tls;
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    CoordinatorBuilderCustomizer coordinationZooKeeperOwnClient(ZooKeeperTls tls) {
        return builder -> builder.driver(ZooKeeperDriver.with(tls.properties()));
    }

    /** One client for the coordinator, the application and Spring Integration. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CuratorFramework.class)
    static class SharedClient {

        @Bean(destroyMethod = "close")
        @ConditionalOnClass(name = "org.springframework.integration.zookeeper.lock.ZookeeperLockRegistry")
        @ConditionalOnMissingBean
        CuratorFramework coordinationCuratorFramework(
                CoordinationConnectionDetails details, CoordinationProperties properties, ZooKeeperTls tls) {
            var url = StoreUrl.parse(details.getUrl());
            var timeout = properties.getSessionTimeout();
            try {
                timeout = Options.of(url, Set.of("timeout", "namespace")).duration("timeout", timeout);
            } catch (StoreException bad) {
                throw new BadOptionException(String.valueOf(bad.getMessage()), bad);
            }
            var builder = CuratorFrameworkFactory.builder()
                    .connectString(servers(url))
                    .sessionTimeoutMs(Math.toIntExact(timeout.toMillis()))
                    .zkClientConfig(tls.config())
                    .retryPolicy(new ExponentialBackoffRetry(100, 5));
            var user = details.getUsername() == null ? url.username().orElse(null) : details.getUsername();
            var password = details.getPassword() == null ? url.password().orElse(null) : details.getPassword();
            if (user != null && password != null) {
                builder.authorization("digest", (user + ":" + password).getBytes(StandardCharsets.UTF_8))
                        .aclProvider(new CreatorOnly());
            }
            var client = builder.build();
            client.start();
            return client;
        }

        /** Two clients of which none is the primary one are an error that names both. */
        @Bean
        @ConditionalOnBean(CuratorFramework.class)
        CoordinatorBuilderCustomizer coordinationZooKeeperClient(
                CoordinationConnectionDetails details, ListableBeanFactory beans) {
            var client = beans.getBean(CuratorFramework.class);
            var url = StoreUrl.parse(details.getUrl());
            var servers = client.getZookeeperClient().getCurrentConnectionString();
            if (!url.hosts().isEmpty() && !areThose(servers, url)) {
                LOG.warn(
                        "coordination.url names other servers ({}) than the CuratorFramework bean ({}), or that has a chroot:"
                                + " the coordinator has a connection of its own. To share one, write both alike, or"
                                + " zookeeper:// without servers for those of the bean",
                        servers(url),
                        servers);
                return builder -> {};
            }
            return builder -> {
                if (client.getState() == CuratorFrameworkState.LATENT) {
                    start(client, beans);
                }
                builder.driver(ZooKeeperDriver.around(client));
            };
        }
    }

    /** By the bean that makes it, where that one starts it, so that it is not started a second time. */
    private static void start(CuratorFramework client, ListableBeanFactory beans) {
        for (var name : beans.getBeanNamesForType(CuratorFramework.class)) {
            var maker = BeanFactory.FACTORY_BEAN_PREFIX + name;
            if (beans.containsBean(maker)
                    && beans.getBean(name) == client
                    && beans.getBean(maker) instanceof Lifecycle lifecycle) {
                lifecycle.start();
                return;
            }
        }
        client.start();
    }

    /** Whether a client's servers are those of a URL, in whatever order and case. A chroot is not: paths differ below it. */
    private static boolean areThose(String servers, StoreUrl url) {
        var client = new ConnectStringParser(servers);
        var theirs = client.getServerAddresses().stream()
                .map(server -> address(server.getHostString(), server.getPort()))
                .collect(Collectors.toSet());
        var wanted = url.hosts().stream()
                .map(host -> address(host.name(), host.portOr(PORT)))
                .collect(Collectors.toSet());
        return client.getChrootPath() == null && theirs.equals(wanted);
    }

    private static String address(String host, int port) {
        return host.toLowerCase(Locale.ROOT) + " " + port;
    }

    private static String servers(StoreUrl url) {
        return url.hosts().isEmpty()
                ? "localhost:" + PORT
                : url.hosts().stream()
                        .map(host -> (host.name().indexOf(':') < 0 ? host.name() : "[" + host.name() + "]") + ":"
                                + host.portOr(PORT))
                        .distinct()
                        .collect(Collectors.joining(","));
    }

    /** What the URL's user makes is for that user, also what Spring Integration makes. */
    private static final class CreatorOnly implements ACLProvider {

        @Override
        public List<ACL> getDefaultAcl() {
            return ZooDefs.Ids.CREATOR_ALL_ACL;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return getDefaultAcl();
        }
    }

    static final class OnZooKeeperUrl extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var message = ConditionMessage.forCondition("ZooKeeper URL");
            var url =
                    context.getEnvironment().getProperty("coordination.url", "").toLowerCase(Locale.ROOT);
            return url.startsWith("zookeeper://") || url.startsWith("kazoo://")
                    ? ConditionOutcome.match(message.because("coordination.url names an ensemble"))
                    : ConditionOutcome.noMatch(message.because("coordination.url names no ensemble"));
        }
    }
}
