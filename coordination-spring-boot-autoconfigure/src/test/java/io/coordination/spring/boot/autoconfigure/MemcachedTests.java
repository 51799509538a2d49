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
import io.coordination.UnmetDemandException;
import io.coordination.contract.LocalServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An application on memcached is told that it is for efficiency only. */
@ExtendWith(OutputCaptureExtension.class)
class MemcachedTests {

    private static LocalServer server;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationAutoConfiguration.class, CoordinationHealthContributorAutoConfiguration.class))
            .withPropertyValues(
                    "coordination.url=memcached://127.0.0.1:" + server.port() + "?namespace=" + UUID.randomUUID());

    @BeforeAll
    static void startServer() {
        server = LocalServer.memcached();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void urlIsEnough() {
        runner.run(context -> {
            try (var lease =
                    context.getBean(Coordinator.class).lock("x").tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
            }
        });
    }

    @Test
    void startWarnsOnceThatItIsForEfficiencyOnly(CapturedOutput output) {
        runner.run(context -> assertThat(output.getOut().lines().filter(line -> line.contains("efficiency only")))
                .singleElement()
                .asString()
                .contains("WARN", "memcached://127.0.0.1:" + server.port(), "FENCING"));
    }

    @Test
    void healthSaysThatItIsForEfficiencyOnly() {
        runner.run(context -> {
            var health = context.getBean(HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("driver", "memcached")
                    .containsEntry("scope", "CLUSTER")
                    .containsEntry("use", "efficiency only");
        });
    }

    @Test
    void demandForFencingStopsTheStart() {
        for (var demand : List.of("fencing", "linearizable")) {
            runner.withPropertyValues("coordination.require=" + demand)
                    .run(context ->
                            assertThat(context).getFailure().rootCause().isInstanceOf(UnmetDemandException.class));
        }
    }
}
