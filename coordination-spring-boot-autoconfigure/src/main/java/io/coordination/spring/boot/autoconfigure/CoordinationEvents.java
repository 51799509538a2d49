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
import io.coordination.ElectionListener;
import io.coordination.GroupListener;
import io.coordination.Lease;
import io.coordination.Member;
import io.coordination.Registration;
import io.coordination.spi.Holder;
import io.coordination.spring.event.CoordinationEvent;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;

/** Publishes what the coordinator tells as application events, until it is closed. */
final class CoordinationEvents implements AutoCloseable {

    private final ApplicationEventPublisher publisher;
    private final List<Registration> registrations;
    private volatile boolean closed;

    CoordinationEvents(ApplicationEventPublisher publisher, Coordinator coordinator) {
        this.publisher = publisher;
        this.registrations = List.of(
                coordinator.onStateChange(state -> publish(new CoordinationEvent.SessionStateChanged(state))),
                coordinator.onLeaseLost(loss -> publish(new CoordinationEvent.LeaseLost(loss))));
    }

    GroupListener ofGroup(String group) {
        return new GroupListener() {

            @Override
            public void joined(Member member) {
                publish(new CoordinationEvent.MemberJoined(group, member));
            }

            @Override
            public void left(Member member) {
                publish(new CoordinationEvent.MemberLeft(group, member));
            }

            @Override
            public void updated(Member before, Member now) {
                publish(new CoordinationEvent.MemberUpdated(group, before, now));
            }

            @Override
            public void counted(int members) {
                publish(new CoordinationEvent.MembersCounted(group, members));
            }
        };
    }

    ElectionListener ofElection(String group) {
        return new ElectionListener() {

            @Override
            public void granted(Lease lease) {
                publish(new CoordinationEvent.LeadershipGranted(group, lease));
            }

            @Override
            public void revoked(Lease lease) {
                publish(new CoordinationEvent.LeadershipRevoked(group, lease));
            }

            @Override
            public void leaderChanged(Optional<Holder> leader) {
                publish(new CoordinationEvent.LeaderChanged(group, leader));
            }
        };
    }

    /** From now on nothing is published: the listeners' beans are going, too. */
    @Override
    public void close() {
        closed = true;
        registrations.forEach(Registration::close);
    }

    private void publish(CoordinationEvent event) {
        if (!closed) {
            publisher.publishEvent(event);
        }
    }
}
