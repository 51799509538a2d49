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
import io.coordination.contract.LocalServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The coordinator on the Redis that the application has. */
class CoordinationRedisAutoConfigurationTests {

    private static LocalServer server;
    private static int port;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationRedisAutoConfiguration.class, CoordinationAutoConfiguration.class));

    @BeforeAll
    static void start() {
        server = LocalServer.redis("--requirepass", "s@cret&more");
        port = server.port();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void urlWithoutHostMeansTheRedisThatSpringBootKnows() {
        runner.withUserConfiguration(KnownToBoot.class)
                .withPropertyValues("coordination.url=redis://")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class);
                    var coordinator = context.getBean(Coordinator.class);
                    assertThat(coordinator.lock("x").tryAcquire()).isPresent();
                    assertThat(coordinator.toString()).doesNotContain("cret");
                });
    }

    @Test
    void optionsOfTheUrlGoOnToCount() {
        runner.withUserConfiguration(KnownToBoot.class)
                .withPropertyValues("coordination.url=redis://?namespace=mine")
                .run(context -> {
                    context.getBean(Coordinator.class).lock("x").tryAcquire().orElseThrow();
                    assertThat(keys(client("0"), "mine*")).contains("mine_x_lock");
                });
    }

    private static List<String> keys(RedisClient client, String pattern) {
        try {
            return client.connect().sync().keys(pattern);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ZERO);
        }
    }

    private static RedisClient client(String database) {
        return RedisClient.create(
                "redis://:s%40cret%26more@127.0.0.1:" + port + "/" + database + "?clientName=of-the-application");
    }

    @Test
    void propertiesOfSpringBootAreEnough() {
        runner.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
                .withPropertyValues(
                        "coordination.url=redis://",
                        "spring.data.redis.host=127.0.0.1",
                        "spring.data.redis.port=" + port,
                        "spring.data.redis.password=s@cret&more",
                        "spring.data.redis.database=3")
                .run(context -> {
                    context.getBean(Coordinator.class).lock("w").tryAcquire().orElseThrow();
                    assertThat(keys(client("3"), "_tooz_w*")).containsExactly("_tooz_w_lock");
                });
    }

    @Test
    void clientOfTheApplicationIsUsedAndLeftOpen() {
        runner.withUserConfiguration(OwnClient.class)
                .withPropertyValues("coordination.url=redis://?namespace=shared&timeout=5")
                .run(context -> {
                    var coordinator = context.getBean(Coordinator.class);
                    coordinator.lock("y").tryAcquire().orElseThrow();
                    var client = context.getBean(RedisClient.class);
                    assertThat(connections(client))
                            .as("its own and the coordinator's two")
                            .isEqualTo(3);
                    coordinator.close();
                    assertThat(connections(client)).isEqualTo(1);
                });
    }

    /** All that have the client's name. */
    private static long connections(RedisClient client) {
        try (var own = client.connect()) {
            return own.sync()
                    .clientList()
                    .lines()
                    .filter(line -> line.contains("name=of-the-application "))
                    .count();
        }
    }

    @Test
    void ofSeveralClientsThePrimaryOneIsUsed() {
        runner.withUserConfiguration(OwnClient.class, PrimaryClient.class)
                .withPropertyValues("coordination.url=redis://")
                .run(context -> {
                    context.getBean(Coordinator.class)
                            .lock("primary")
                            .tryAcquire()
                            .orElseThrow();
                    assertThat(keys(client("5"), "*primary*")).contains("_tooz_primary_lock");
                });
    }

    @Test
    void severalClientsOfWhichNoneIsPrimaryAreAnErrorThatNamesThem() {
        runner.withUserConfiguration(OwnClient.class)
                .withBean("other", RedisClient.class, () -> client("0"))
                .withPropertyValues("coordination.url=redis://")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(NoUniqueBeanDefinitionException.class)
                        .hasMessageContaining("other,redisClient"));
    }

    @Test
    void clusterClientOfTheApplicationIsUsedBeforeWhatSpringBootKnows() {
        runner.withUserConfiguration(OwnClusterClient.class, KnownToBoot.class)
                .withPropertyValues("coordination.url=redis://")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasBean("coordinationRedisClusterClient")
                        .doesNotHaveBean("coordinationRedisClient")
                        .doesNotHaveBean("coordinationRedisConnectionDetails"));
    }

    @Test
    void urlWithAHostIsTakenAtItsWord() {
        runner.withUserConfiguration(Elsewhere.class)
                .withBean(RedisClient.class, () -> RedisClient.create("redis://127.0.0.1:1"))
                .withPropertyValues("coordination.url=redis://:s%40cret%26more@127.0.0.1:" + port)
                .run(context -> assertThat(
                                context.getBean(Coordinator.class).lock("z").tryAcquire())
                        .isPresent());
    }

    @Test
    void otherStoresNeedNoClient() {
        runner.withClassLoader(new FilteredClassLoader("io.lettuce", "org.springframework.boot.data.redis"))
                .withPropertyValues("coordination.url=memory://no-redis")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class KnownToBoot {

        @Bean
        DataRedisConnectionDetails redis() {
            return new DataRedisConnectionDetails() {
                @Override
                public String getPassword() {
                    return "s@cret&more";
                }

                @Override
                public Standalone getStandalone() {
                    return Standalone.of("127.0.0.1", port);
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Elsewhere {

        @Bean
        DataRedisConnectionDetails redis() {
            return new DataRedisConnectionDetails() {
                @Override
                public Standalone getStandalone() {
                    return Standalone.of("127.0.0.1", 1);
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClient {

        @Bean(destroyMethod = "shutdown")
        RedisClient redisClient() {
            return client("0");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryClient {

        @Bean(destroyMethod = "shutdown")
        @Primary
        RedisClient primary() {
            return client("5");
        }
    }

    /** Beside a coordinator that is open already, so that no cluster is needed. */
    @Configuration(proxyBeanMethods = false)
    static class OwnClusterClient {

        @Bean(destroyMethod = "shutdown")
        RedisClusterClient redisClusterClient() {
            return RedisClusterClient.create("redis://127.0.0.1:" + port);
        }

        @Bean
        Coordinator coordinator() {
            return Coordinator.open("memory://beside-a-cluster");
        }
    }
}
