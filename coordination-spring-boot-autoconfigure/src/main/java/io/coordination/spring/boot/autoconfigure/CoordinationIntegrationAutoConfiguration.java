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
import io.coordination.spring.integration.CoordinationLockRegistry;
import io.coordination.spring.integration.LeaderEventBridge;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.leader.event.AbstractLeaderEvent;
import org.springframework.integration.support.locks.LockRegistry;

/** Locks and leadership for Spring Integration, where the application has it and no registry of its own. */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnClass({LockRegistry.class, AbstractLeaderEvent.class})
@ConditionalOnSingleCandidate(Coordinator.class)
public final class CoordinationIntegrationAutoConfiguration {

    /** Used by the application context. */
    public CoordinationIntegrationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(LockRegistry.class)
    CoordinationLockRegistry coordinationLockRegistry(Coordinator coordinator) {
        return new CoordinationLockRegistry(coordinator);
    }

    @Bean
    @ConditionalOnMissingBean
    LeaderEventBridge coordinationLeaderEventBridge(Coordinator coordinator, ApplicationEventPublisher publisher) {
        return new LeaderEventBridge(coordinator, publisher);
    }
}
