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

import io.coordination.Coordinator;
import io.coordination.spring.boot.actuate.CoordinationMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Meters of the coordinator, where the application has a registry of meters. */
@AutoConfiguration(
        before = CoordinationAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoordinationProperties.class)
public final class CoordinationMetricsAutoConfiguration {

    /** Used by the application context. */
    public CoordinationMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    CoordinationMetrics coordinationMetrics(
            ObjectProvider<Coordinator> coordinator, CoordinationProperties properties, Environment environment) {
        return new CoordinationMetrics(
                coordinator::getObject,
                Membership.of(properties, environment).groups(),
                properties.getMetrics().getMaxLockNames());
    }

    @Bean
    CoordinatorBuilderCustomizer coordinationMetricsCustomizer(CoordinationMetrics metrics) {
        return builder -> builder.observer(metrics);
    }
}
