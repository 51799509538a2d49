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

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.spi.Characteristic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.databind.json.JsonMapper;

/** Starts one evaluator. Start as many as you like. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class SampleApplication {

    private static final Logger LOG = LoggerFactory.getLogger(SampleApplication.class);

    /** The group of all evaluators, and the name of the election of its leader. */
    static final String GROUP = "evaluators";

    /**
     * Starts the application.
     *
     * @param args properties, such as {@code --server.port=8081}
     */
    public static void main(String[] args) {
        var context = SpringApplication.run(SampleApplication.class, args);
        LOG.info(
                "Look at http://localhost:{}/ and start another instance with the same command",
                context.getEnvironment().getProperty("local.server.port"));
    }

    @Bean
    AlarmRules alarmRules(SampleProperties properties) {
        return AlarmRules.load(properties.alarms());
    }

    @Bean
    FencedFiles files(
            SampleProperties properties,
            Coordinator coordinator,
            JsonMapper json,
            @Value("${coordination.namespace:}") String namespace) {
        // Tokens can be compared within one store only.
        var store = coordinator.url() + ' ' + namespace;
        if (!coordinator.characteristics().contains(Characteristic.DISTRIBUTED_ACROSS_PROCESSES)) {
            store += ' ' + coordinator.memberId();
        }
        var name = UUID.nameUUIDFromBytes(store.getBytes(StandardCharsets.UTF_8));
        return new FencedFiles(properties.directory(), name.toString(), json);
    }

    /** What failed once is tried again a second later, and needs no stack trace each time. */
    @Bean
    ThreadPoolTaskSchedulerCustomizer taskFailures() {
        return scheduler -> scheduler.setErrorHandler(
                failure -> LOG.warn("A round ended early: {}", failure.getMessage(), unexpected(failure)));
    }

    private static @Nullable Throwable unexpected(Throwable failure) {
        return failure instanceof CoordinationException ? null : failure;
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
