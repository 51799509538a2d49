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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.BadOptionException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What a service connection changes, and what it leaves as the properties say. */
class ServiceConnectionsTests {

    private final RecordingDriver driver = new RecordingDriver();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
            .withBean(RecordingDriver.class, () -> driver)
            .withPropertyValues("coordination.groups=");

    private record Running(String scheme, String url) implements StoreConnectionDetails {

        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public String getUrl() {
            return url;
        }

        @Override
        public String getUsername() {
            return "container";
        }

        @Override
        public String getPassword() {
            return "s3cr3t";
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return null;
        }
    }

    private static Running running(String scheme) {
        return new Running(scheme, scheme + "://localhost:32768");
    }

    private static List<StoreConnectionDetails> all(String schemes) {
        return Stream.of(schemes.split(" "))
                .<StoreConnectionDetails>map(ServiceConnectionsTests::running)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "zookeeper://prod:2181, zookeeper postgresql, zookeeper",
        "kazoo://prod, zookeeper redis, zookeeper",
        "redis://prod, redis postgresql, redis",
        "rediss://prod, redis postgresql, redis",
        "REDIS://prod, redis postgresql, redis",
        "mysql://prod/db, mariadb redis, mariadb",
        "mariadb://prod/db, mysql redis, mysql",
        "memcached://prod, memcached redis, memcached",
        "postgresql://prod/db, postgresql redis, postgresql",
        "ipc://, redis postgresql,",
        "memory://x, redis,",
        "datasource:, postgresql,",
        "zookeeper://prod, redis,",
        ", redis, redis"
    })
    void urlSaysWhichKindIsMeant(@Nullable String url, String running, @Nullable String chosen) {
        var found = ServiceConnections.choose(url, all(running));
        assertThat(found == null ? null : found.getScheme()).isEqualTo(chosen);
    }

    @Test
    void severalAreRefusedAndNamed() {
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(() -> ServiceConnections.choose(null, all("redis postgresql")))
                .withMessage("Several service connections could be the store: redis, postgresql. Say which kind in"
                        + " coordination.url, as in coordination.url=redis://, or ipc:// for none of them");
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(() -> ServiceConnections.choose("redis://", all("redis redis")))
                .withMessageContaining("redis, redis. Leave one")
                .withMessageContaining("org.springframework.boot.ignore=true");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost:1,,redis://localhost:1",
        "redis://localhost:1,redis://prod:6379/3?timeout=5,redis://localhost:1/3?timeout=5",
        "redis://localhost:1,redis://u:p@prod?timeout=5,redis://localhost:1?timeout=5",
        "postgresql://localhost:1/test,postgresql://prod/db?schema=c,postgresql://localhost:1/test?schema=c",
        "postgresql://localhost:1/test,postgresql:?schema=c,postgresql://localhost:1/test?schema=c",
        "zookeeper://localhost:1,zookeeper://a:2181,zookeeper://localhost:1"
    })
    void placeIsTheContainersAndOptionsStay(String place, @Nullable String asked, String merged) {
        assertThat(ServiceConnections.merged(place, asked)).isEqualTo(merged);
    }

    @Test
    void takesThePlaceOfUrlUserAndPassword() {
        runner.withBean("running", StoreConnectionDetails.class, () -> running("redis"))
                .withPropertyValues(
                        "coordination.url=redis://prod:6379?timeout=5s",
                        "coordination.username=u",
                        "coordination.password=p",
                        "coordination.ssl.enabled=true")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var target = driver.target();
                    assertThat(target.url().hosts()).hasToString("[localhost:32768]");
                    assertThat(target.url().options()).containsEntry("timeout", "5s");
                    assertThat(target.url().username()).contains("container");
                    assertThat(target.url().password()).contains("s3cr3t");
                    assertThat(target.tls()).isNull();
                });
    }

    @Test
    void isLeftAloneWhereTheUrlNamesAnotherKind() {
        runner.withBean("running", StoreConnectionDetails.class, () -> running("postgresql"))
                .withPropertyValues("coordination.url=redis://prod:6379", "coordination.password=p")
                .run(context -> {
                    assertThat(driver.target().url().hosts()).hasToString("[prod:6379]");
                    assertThat(driver.target().url().password()).contains("p");
                });
    }

    @Test
    void emptyUrlStillMeansNoCoordinator() {
        runner.withBean("running", StoreConnectionDetails.class, () -> running("redis"))
                .withPropertyValues("coordination.url=")
                .run(context ->
                        assertThat(context).hasNotFailed().doesNotHaveBean(CoordinationConnectionDetails.class));
    }

    @Test
    void detailsOfTheApplicationAreTheLastWord() {
        runner.withBean("running", StoreConnectionDetails.class, () -> running("redis"))
                .withBean(CoordinationConnectionDetails.class, () -> () -> "redis://mine")
                .run(context -> assertThat(driver.target().url().hosts()).hasToString("[mine]"));
    }
}
