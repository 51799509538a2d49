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
import io.lettuce.core.RedisClient;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The coordinator on the Redis that the application has. */
class CoordinationRedisAutoConfigurationTests {

    @TempDir
    private static Path directory;

    private static Process server;
    private static int port;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationRedisAutoConfiguration.class, CoordinationAutoConfiguration.class));

    @BeforeAll
    static void start() throws Exception {
        var installed = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path, "redis-server")));
        if ("required".equals(System.getProperty("coordination.servers"))) {
            assertThat(installed).as("redis-server is installed").isTrue();
        }
        Assumptions.assumeTrue(installed, "needs redis-server");
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--requirepass",
                        "s@cret&more",
                        "--dir",
                        directory.toString())
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        var start = System.nanoTime();
        while (!accepts()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static boolean accepts() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.destroyForcibly().onExit().join();
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
                    assertThat(keys("mine*")).contains("mine_x_lock");
                });
    }

    private static List<String> keys(String pattern) {
        var client = client();
        try {
            return client.connect().sync().keys(pattern);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ZERO);
        }
    }

    private static RedisClient client() {
        return RedisClient.create("redis://:s%40cret%26more@127.0.0.1:" + port + "/0");
    }

    @Test
    void clientOfTheApplicationIsUsed() {
        runner.withUserConfiguration(OwnClient.class)
                .withPropertyValues("coordination.url=redis://")
                .run(context -> assertThat(
                                context.getBean(Coordinator.class).lock("y").tryAcquire())
                        .isPresent());
    }

    @Test
    void urlWithAHostIsTakenAtItsWord() {
        runner.withUserConfiguration(Elsewhere.class)
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
            return client();
        }
    }
}
