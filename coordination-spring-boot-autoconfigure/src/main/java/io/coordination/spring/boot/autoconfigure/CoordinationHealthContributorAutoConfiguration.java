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
import io.coordination.spring.boot.actuate.CoordinationHealthIndicator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of {@link CoordinationHealthIndicator}. */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Coordinator.class)
@ConditionalOnEnabledHealthIndicator("coordination")
public final class CoordinationHealthContributorAutoConfiguration
        extends CompositeHealthContributorConfiguration<CoordinationHealthIndicator, Coordinator> {

    /** Used by the application context. */
    public CoordinationHealthContributorAutoConfiguration() {
        super(CoordinationHealthIndicator::new);
    }

    @Bean
    @ConditionalOnMissingBean(name = {"coordinationHealthIndicator", "coordinationHealthContributor"})
    HealthContributor coordinationHealthContributor(ConfigurableListableBeanFactory beans) {
        return createContributor(beans, Coordinator.class);
    }
}
