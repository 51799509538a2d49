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
package io.coordination.spring.boot.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.contract.LocalServer;
import io.coordination.spring.boot.autoconfigure.CoordinationAutoConfiguration;
import io.coordination.spring.boot.autoconfigure.CoordinationConnectionDetails;
import io.coordination.spring.boot.autoconfigure.StoreConnectionDetails;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Containers with {@code @ServiceConnection} as stores. */
class ContainerStoreTests {

    private final ApplicationContextRunner connections = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ServiceConnectionAutoConfiguration.class));
    private final ApplicationContextRunner application = connections
            .withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
            .withPropertyValues("coordination.groups=", "coordination.session-timeout=1m");

    @ImportTestcontainers
    static class Any {

        @ServiceConnection
        static @Nullable Container<?> container;
    }

    @ImportTestcontainers
    static class Named {

        @ServiceConnection("zookeeper")
        static @Nullable Container<?> container;
    }

    @ImportTestcontainers
    static class OnlyOurs {

        @ServiceConnection(type = CoordinationConnectionDetails.class)
        static @Nullable Container<?> container;
    }

    @ImportTestcontainers
    static class OnlyTheirs {

        @ServiceConnection(type = DataRedisConnectionDetails.class)
        static @Nullable Container<?> container;
    }

    @ParameterizedTest
    @CsvSource({
        "zookeeper:3.9, zookeeper://127.0.0.1:42181",
        "bitnami/zookeeper:3.9, zookeeper://127.0.0.1:42181",
        "registry.example:5000/confluentinc/cp-zookeeper:7.9, zookeeper://127.0.0.1:42181",
        "memcached:1.6-alpine, memcached://127.0.0.1:51211",
        "bitnami/memcached, memcached://127.0.0.1:51211",
        "redis:7, redis://127.0.0.1:46379",
        "bitnami/redis:7, redis://127.0.0.1:46379",
        "redis/redis-stack, redis://127.0.0.1:46379",
        "redis/redis-stack-server, redis://127.0.0.1:46379",
        "valkey/valkey:8, redis://127.0.0.1:46379",
        "postgres:17, postgresql://127.0.0.1:45432/db",
        "bitnami/postgresql:17, postgresql://127.0.0.1:45432/db",
        "mariadb:11, mariadb://127.0.0.1:43306/db",
        "bitnami/mariadb:11, mariadb://127.0.0.1:43306/db",
        "mysql:8, mysql://127.0.0.1:43306/db",
        "bitnami/mysql:8, mysql://127.0.0.1:43306/db"
    })
    void imageSaysWhichStoreItIs(String image, String url) {
        Any.container = Fixtures.generic(
                image,
                Map.of("POSTGRES_DB", "db", "MARIADB_DATABASE", "db", "POSTGRES_USER", "me", "MYSQL_PASSWORD", "p"));
        connections.withUserConfiguration(Any.class).run(context -> {
            var details = context.getBean(StoreConnectionDetails.class);
            assertThat(details.getUrl()).isEqualTo(url).startsWith(details.getScheme() + "://");
            assertThat(details.getSslBundle()).isNull();
        });
    }

    static Stream<Object[]> types() {
        return Stream.of(
                new Object[] {Fixtures.redis(), "redis://127.0.0.1:46379", null, null},
                new Object[] {Fixtures.postgreSql(), "postgresql://127.0.0.1:45432/test", "test", "test"},
                new Object[] {Fixtures.mariaDb(), "mariadb://127.0.0.1:43306/test", "test", "test"},
                new Object[] {Fixtures.mySql(), "mysql://127.0.0.1:43306/test", "test", "test"});
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("types")
    void typeSaysWhichStoreItIsWhateverTheImage(
            Container<?> container, String url, @Nullable String user, @Nullable String password) {
        Any.container = container;
        connections.withUserConfiguration(Any.class).run(context -> {
            var details = context.getBean(StoreConnectionDetails.class);
            assertThat(details.getUrl()).isEqualTo(url);
            assertThat(details.getUsername()).isEqualTo(user);
            assertThat(details.getPassword()).isEqualTo(password);
        });
    }

    @Test
    void nameOfTheConnectionSaysWhichStoreAnUnknownImageIs() {
        Named.container = Fixtures.generic("registry.example/ours:1", Map.of());
        connections
                .withUserConfiguration(Named.class)
                .run(context -> assertThat(context.getBean(StoreConnectionDetails.class))
                        .extracting(StoreConnectionDetails::getUrl)
                        .isEqualTo("zookeeper://127.0.0.1:42181"));
    }

    @Test
    void typeOfTheConnectionChoosesBetweenOursAndTheirs() {
        OnlyOurs.container = Fixtures.redis();
        OnlyTheirs.container = OnlyOurs.container;
        connections
                .withUserConfiguration(OnlyOurs.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(StoreConnectionDetails.class)
                        .doesNotHaveBean(DataRedisConnectionDetails.class));
        connections
                .withUserConfiguration(OnlyTheirs.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(DataRedisConnectionDetails.class)
                        .doesNotHaveBean(StoreConnectionDetails.class));
    }

    @Test
    void applicationCoordinatesThroughTheContainer() {
        try (var server = LocalServer.redis()) {
            Any.container = Fixtures.before("redis:7", server.port());
            application.withUserConfiguration(Any.class).run(context -> {
                assertThat(context).hasNotFailed();
                var coordinator = context.getBean(Coordinator.class);
                assertThat(coordinator.url()).isEqualTo("redis://127.0.0.1:" + server.port());
                assertThat(coordinator.lock("x").tryAcquire()).isPresent();
            });
        }
    }

    static Stream<GenericContainer<?>> real() {
        return Stream.of(
                new GenericContainer<>(DockerImageName.parse("zookeeper:3.9")).withExposedPorts(2181),
                new GenericContainer<>(DockerImageName.parse("memcached:1.6-alpine")).withExposedPorts(11211),
                new GenericContainer<>(DockerImageName.parse("redis:7-alpine")).withExposedPorts(6379),
                new PostgreSQLContainer(DockerImageName.parse("postgres:16-alpine")));
    }

    /** Aborted, and so reported, where no engine answers. */
    @ParameterizedTest
    @MethodSource("real")
    @Tag("slow")
    void realContainersAreStores(GenericContainer<?> container) {
        Assumptions.assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no container engine answers");
        try (container) {
            Any.container = container;
            application
                    .withUserConfiguration(Any.class)
                    .run(context -> assertThat(
                                    context.getBean(Coordinator.class).lock("x").tryAcquire())
                            .isPresent());
        }
    }
}
