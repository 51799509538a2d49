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
package io.coordination.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ClassPathResource;

/** The application as the build processes it ahead of time: its beans are made by generated code, its proxies are there. */
@Timeout(240)
@Tag("slow")
class AheadOfTimeTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void locksLeadershipAndEndpointWork() {
        var store = "file://" + directory.resolve("store").toAbsolutePath();
        try (var instance = new Instance(directory, "aot", store, "-Dspring.aot.enabled=true")) {
            instance.awaitReady();
            assertThat(instance.log()).contains("Starting AOT-processed SampleApplication");

            // Written under @LeaderOnly, and with @DistributedLock.
            await().atMost(PATIENCE).until(() -> instance.picture().summary() != null);
            await().atMost(PATIENCE)
                    .until(() -> !instance.picture().notifications().isEmpty());

            var picture = instance.picture();
            assertThat(picture.summary().token()).isEqualTo(picture.leader().token());
            assertThat(instance.get("/actuator/coordination", String.class))
                    .contains("\"driver\":\"file\"", "\"leading\":true", "\"name\":\"evaluators\"");
            assertThat(instance.get("/actuator/health", String.class))
                    .contains("\"coordination\"", "\"state\":\"LIVE\"");
            assertThat(instance.log()).doesNotContain("WARN", "ERROR");
        }
    }

    @Test
    void nativeImageIsToldOfDriversScriptsAndTables() throws IOException {
        var told = new ClassPathResource("META-INF/native-image/io.coordination/sample-app/reachability-metadata.json")
                .getContentAsString(StandardCharsets.UTF_8)
                .replace("\\/", "/");
        assertThat(told)
                .contains("META-INF/services/io.coordination.spi.Driver")
                .contains("io/coordination/driver/redis/*.lua")
                .contains("io/coordination/driver/sql/*.sql")
                .contains("io.coordination.driver.zookeeper.ZooKeeperDriver")
                .contains("org.apache.zookeeper.ClientCnxnSocketNIO")
                .contains("io.coordination.sample.SummaryWriter");
    }
}
