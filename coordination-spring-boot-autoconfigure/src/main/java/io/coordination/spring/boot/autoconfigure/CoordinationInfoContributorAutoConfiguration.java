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
import io.coordination.spring.boot.actuate.CoordinationInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of {@link CoordinationInfoContributor}. */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
public final class CoordinationInfoContributorAutoConfiguration {

    /** Used by the application context. */
    public CoordinationInfoContributorAutoConfiguration() {}

    @Bean
    @ConditionalOnEnabledInfoContributor("coordination")
    @ConditionalOnSingleCandidate(Coordinator.class)
    @ConditionalOnMissingBean
    CoordinationInfoContributor coordinationInfoContributor(Coordinator coordinator) {
        return new CoordinationInfoContributor(coordinator);
    }
}
