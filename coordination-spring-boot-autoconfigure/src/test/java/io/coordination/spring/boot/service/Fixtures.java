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

import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.spy;

import com.redis.testcontainers.RedisContainer;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.springframework.test.util.ReflectionTestUtils;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Containers that are configured as for a start, without an engine. A port of 1 in the container is 40001 outside. */
final class Fixtures {

    private static final String MINE = "registry.example/mine:1";

    private Fixtures() {}

    static GenericContainer<?> generic(String image, Map<String, String> environment) {
        var container = new GenericContainer<>(DockerImageName.parse(image));
        return started(container, image, inside -> 40000 + inside).withEnv(environment);
    }

    /** One that leads to a server of this machine. */
    static GenericContainer<?> before(String image, int port) {
        return started(new GenericContainer<>(DockerImageName.parse(image)), image, inside -> port);
    }

    static GenericContainer<?> redis() {
        return typed(new RedisContainer(mine("redis")));
    }

    static GenericContainer<?> postgreSql() {
        return typed(new PostgreSQLContainer(mine("postgres")));
    }

    static GenericContainer<?> mariaDb() {
        return typed(new MariaDBContainer(mine("mariadb")));
    }

    static GenericContainer<?> mySql() {
        return typed(new MySQLContainer(mine("mysql")));
    }

    private static DockerImageName mine(String substitutes) {
        return DockerImageName.parse(MINE).asCompatibleSubstituteFor(substitutes);
    }

    private static GenericContainer<?> typed(GenericContainer<?> container) {
        return started(container, MINE, inside -> 40000 + inside);
    }

    private static GenericContainer<?> started(GenericContainer<?> container, String image, IntUnaryOperator ports) {
        var started = spy(container);
        doAnswer(start -> ReflectionTestUtils.invokeMethod(started, "configure"))
                .when(started)
                .start();
        doReturn("127.0.0.1").when(started).getHost();
        doAnswer(asked -> ports.applyAsInt(asked.getArgument(0))).when(started).getMappedPort(anyInt());
        doReturn(image).when(started).getDockerImageName();
        return started;
    }
}
