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
import io.coordination.spring.boot.actuate.CoordinationEndpoint;
import io.coordination.spring.boot.actuate.CoordinationSanitizingFunction;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of {@link CoordinationEndpoint}, and of masks for what other endpoints show of its properties. */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
public final class CoordinationEndpointAutoConfiguration {

    /** Used by the application context. */
    public CoordinationEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnAvailableEndpoint(CoordinationEndpoint.class)
    @ConditionalOnSingleCandidate(Coordinator.class)
    @ConditionalOnMissingBean
    CoordinationEndpoint coordinationEndpoint(Coordinator coordinator) {
        return new CoordinationEndpoint(coordinator);
    }

    @Bean
    @ConditionalOnMissingBean
    CoordinationSanitizingFunction coordinationSanitizingFunction() {
        return new CoordinationSanitizingFunction();
    }
}
