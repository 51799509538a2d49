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
package io.coordination.spring.integration;

import io.coordination.Coordinator;
import io.coordination.spring.event.CoordinationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;

/**
 * Tells Spring Integration who leads: each group is a role, so that endpoints with {@code @Role("group")} start when this
 * member becomes the group's leader, and stop when it no longer is.
 */
public final class LeaderEventBridge {

    private final Coordinator coordinator;
    private final ApplicationEventPublisher publisher;

    /**
     * A bridge, to be a bean.
     *
     * @param coordinator whose elections they are
     * @param publisher where to publish the events of Spring Integration
     */
    public LeaderEventBridge(Coordinator coordinator, ApplicationEventPublisher publisher) {
        this.coordinator = coordinator;
        this.publisher = publisher;
    }

    /**
     * Publishes an {@link OnGrantedEvent}.
     *
     * @param granted this member leads a group
     */
    @EventListener
    public void on(CoordinationEvent.LeadershipGranted granted) {
        publisher.publishEvent(new OnGrantedEvent(this, new Leadership(granted.group()), granted.group()));
    }

    /**
     * Publishes an {@link OnRevokedEvent}.
     *
     * @param revoked this member no longer leads a group
     */
    @EventListener
    public void on(CoordinationEvent.LeadershipRevoked revoked) {
        publisher.publishEvent(new OnRevokedEvent(this, new Leadership(revoked.group()), revoked.group()));
    }

    private final class Leadership implements Context {

        private final String group;

        Leadership(String group) {
            this.group = group;
        }

        @Override
        public boolean isLeader() {
            return coordinator.election(group).isLeader();
        }

        @Override
        public void yield() {
            coordinator.election(group).resign();
        }

        @Override
        public String getRole() {
            return group;
        }

        @Override
        public String toString() {
            return "leadership of group '" + group + "'";
        }
    }
}
