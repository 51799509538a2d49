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

import io.coordination.spring.observation.AcquireObservationConvention;
import io.coordination.spring.observation.AcquireObserver;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;

/**
 * Observations of all attempts to get a lock, where the application has a registry of observations. Those of guarded work come
 * with the annotations.
 */
@AutoConfiguration(
        before = CoordinationAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
public final class CoordinationObservationAutoConfiguration {

    /** Used by the application context. */
    public CoordinationObservationAutoConfiguration() {}

    @Bean
    CoordinatorBuilderCustomizer coordinationObservationCustomizer(
            ObjectProvider<ObservationRegistry> registry, ObjectProvider<AcquireObservationConvention> convention) {
        var observer = new AcquireObserver(
                SingletonSupplier.of(() -> registry.getIfUnique(() -> ObservationRegistry.NOOP))::obtain,
                SingletonSupplier.ofNullable(convention::getIfAvailable)::get);
        return builder -> builder.observer(observer);
    }
}
