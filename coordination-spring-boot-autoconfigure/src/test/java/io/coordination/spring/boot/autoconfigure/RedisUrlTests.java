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

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What {@code spring.data.redis.*} says, as a URL. */
class RedisUrlTests {

    private static String url(String asked, String... properties) {
        var url = new String[1];
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
                .withPropertyValues(properties)
                .run(context -> url[0] = RedisUrl.of(context.getBean(DataRedisConnectionDetails.class), asked));
        return url[0];
    }

    @Test
    void serverAndDatabaseAreThoseOfTheProperties() {
        assertThat(url("redis://")).isEqualTo("redis://localhost:6379");
        assertThat(url(
                        "redis://",
                        "spring.data.redis.host=h",
                        "spring.data.redis.port=1",
                        "spring.data.redis.database=2"))
                .isEqualTo("redis://h:1/2");
        assertThat(url("redis://", "spring.data.redis.host=::1")).isEqualTo("redis://[::1]:6379");
    }

    @Test
    void userAndPasswordAreNoPartOfIt() {
        assertThat(url("redis://", "spring.data.redis.username=user", "spring.data.redis.password=secret"))
                .isEqualTo("redis://localhost:6379");
    }

    @Test
    void optionsAndDatabaseOfTheUrlGoOnToCount() {
        var database = "spring.data.redis.database=2";
        assertThat(url("redis://?namespace=mine&timeout=5", database))
                .isEqualTo("redis://localhost:6379/2?namespace=mine&timeout=5");
        assertThat(url("redis:///3?timeout=5", database)).isEqualTo("redis://localhost:6379/3?timeout=5");
        assertThat(url("redis://?db=3", database)).isEqualTo("redis://localhost:6379?db=3");
    }

    @Test
    void sentinelsAreNamedWithTheirPrimaryAndTheirUser() {
        assertThat(url(
                        "redis://?timeout=5",
                        "spring.data.redis.sentinel.master=my primary",
                        "spring.data.redis.sentinel.nodes=a:1,b:2",
                        "spring.data.redis.sentinel.username=user",
                        "spring.data.redis.sentinel.password=p&ss",
                        "spring.data.redis.database=4"))
                .isEqualTo("redis://a:1,b:2/4"
                        + "?timeout=5&sentinel=my%20primary&sentinel_username=user&sentinel_password=p%26ss");
    }

    @Test
    void nodesOfAClusterAreAllNamed() {
        assertThat(url("redis://", "spring.data.redis.cluster.nodes=a:1,b:2")).isEqualTo("redis://a:1,b:2");
    }

    @Test
    void sslBundleMeansTls() {
        assertThat(url("redis://", "spring.data.redis.ssl.enabled=true")).isEqualTo("rediss://localhost:6379");
    }
}
