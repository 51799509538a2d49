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
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import io.coordination.spring.boot.autoconfigure.StoreConnectionDetails;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.mock.env.MockEnvironment;

/** Services of a compose file as stores. */
class ComposeStoreTests {

    private static @Nullable StoreConnectionDetails details(
            String image, Map<String, String> labels, Map<String, String> environment) {
        var ports = mock(ConnectionPorts.class);
        for (var known : StoreImage.values()) {
            given(ports.get(known.port())).willReturn(40000 + known.port());
        }
        var service = mock(RunningService.class);
        given(service.image()).willReturn(ImageReference.of(image));
        given(service.labels()).willReturn(labels);
        given(service.env()).willReturn(environment);
        given(service.host()).willReturn("127.0.0.1");
        given(service.ports()).willReturn(ports);
        var source = mock(DockerComposeConnectionSource.class);
        given(source.getRunningService()).willReturn(service);
        given(source.getEnvironment()).willReturn(new MockEnvironment());
        return (StoreConnectionDetails) new ConnectionDetailsFactories(null)
                .getConnectionDetails(source, false)
                .get(StoreConnectionDetails.class);
    }

    @ParameterizedTest
    @CsvSource({
        "zookeeper:3.9, zookeeper://127.0.0.1:42181, , ",
        "confluentinc/cp-zookeeper:7.9, zookeeper://127.0.0.1:42181, , ",
        "memcached:1.6-alpine, memcached://127.0.0.1:51211, , ",
        "redis:7, redis://127.0.0.1:46379, , ",
        "valkey/valkey:8, redis://127.0.0.1:46379, , ",
        "postgres:17, postgresql://127.0.0.1:45432/me, me, p",
        "bitnami/postgresql:17, postgresql://127.0.0.1:45432/me, me, p",
        "mariadb:11, mariadb://127.0.0.1:43306/db, root, r",
        "mysql:8, mysql://127.0.0.1:43306/db, root, r"
    })
    void imageSaysWhichStoreItIs(String image, String url, @Nullable String user, @Nullable String password) {
        var details = details(
                image,
                Map.of(),
                Map.of(
                        "POSTGRES_USER",
                        "me",
                        "POSTGRES_PASSWORD",
                        "p",
                        "MYSQL_ROOT_PASSWORD",
                        "r",
                        "MYSQL_DATABASE",
                        "db"));
        assertThat(details).isNotNull();
        assertThat(details.getUrl()).isEqualTo(url).startsWith(details.getScheme() + "://");
        assertThat(details.getUsername()).isEqualTo(user);
        assertThat(details.getPassword()).isEqualTo(password);
        assertThat(details.getSslBundle()).isNull();
    }

    @Test
    void variablesOfTheImageSayHowToLogIn() {
        var bitnami = details(
                "bitnami/postgresql",
                Map.of(),
                Map.of("POSTGRESQL_USERNAME", "u", "POSTGRESQL_PASSWORD", "p", "POSTGRESQL_DATABASE", "d"));
        assertThat(bitnami).isNotNull();
        assertThat(bitnami.getUrl()).endsWith("/d");
        assertThat(bitnami.getUsername()).isEqualTo("u");
        assertThat(bitnami.getPassword()).isEqualTo("p");
        var trusting = details("postgres", Map.of(), Map.of("POSTGRES_HOST_AUTH_METHOD", "trust"));
        assertThat(trusting).isNotNull();
        assertThat(trusting.getUrl()).endsWith("/postgres");
        assertThat(trusting.getUsername()).isEqualTo("postgres");
        assertThat(trusting.getPassword()).isNull();
    }

    @Test
    void labelSaysWhatAnUnknownImageStandsFor() {
        var label = "org.springframework.boot.service-connection";
        var named = details("registry.example/ours:1", Map.of(label, "zookeeper"), Map.of());
        assertThat(named).isNotNull();
        assertThat(named.getUrl()).isEqualTo("zookeeper://127.0.0.1:42181");
        assertThat(details("zookeeper:3.9", Map.of(label, "something-else"), Map.of()))
                .isNull();
        assertThat(details("nginx", Map.of(), Map.of())).isNull();
    }
}
