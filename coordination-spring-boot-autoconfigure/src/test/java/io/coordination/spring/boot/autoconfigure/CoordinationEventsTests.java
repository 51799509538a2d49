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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.LeaseLoss;
import io.coordination.spi.SessionState;
import io.coordination.spring.TestStore;
import io.coordination.spring.event.CoordinationEvent;
import io.coordination.spring.event.CoordinationEvent.LeaderChanged;
import io.coordination.spring.event.CoordinationEvent.LeadershipGranted;
import io.coordination.spring.event.CoordinationEvent.LeadershipRevoked;
import io.coordination.spring.event.CoordinationEvent.LeaseLost;
import io.coordination.spring.event.CoordinationEvent.MemberJoined;
import io.coordination.spring.event.CoordinationEvent.MemberLeft;
import io.coordination.spring.event.CoordinationEvent.MemberUpdated;
import io.coordination.spring.event.CoordinationEvent.SessionStateChanged;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

/** What an application hears. */
class CoordinationEventsTests {

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationAutoConfiguration.class, CoordinationAnnotationsAutoConfiguration.class))
            .withPropertyValues(
                    "coordination.url=" + store.url(), "coordination.groups=g", "coordination.member-id=mine")
            .withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.driver(store.line()))
            .withBean(Heard.class);

    @AfterEach
    void close() {
        store.close();
    }

    static class Heard {

        private final List<CoordinationEvent> events = new CopyOnWriteArrayList<>();
        private final List<LeadershipGranted> grants = new CopyOnWriteArrayList<>();

        @EventListener
        void any(CoordinationEvent event) {
            events.add(event);
        }

        @EventListener
        void one(LeadershipGranted granted) {
            grants.add(granted);
        }

        <E extends CoordinationEvent> void hears(Class<E> kind, Predicate<E> such) {
            eventually(
                    kind.getSimpleName() + " is heard, not only " + events,
                    () -> events.stream()
                            .filter(kind::isInstance)
                            .map(kind::cast)
                            .anyMatch(such));
        }
    }

    @Test
    void leadershipIsToldWithItsLease() {
        runner.run(context -> {
            var heard = context.getBean(Heard.class);
            heard.hears(
                    LeadershipGranted.class,
                    granted -> granted.group().equals("g") && granted.lease().isValid());
            heard.hears(
                    LeaderChanged.class,
                    changed -> changed.leader()
                            .filter(leader -> leader.member().equals("mine"))
                            .isPresent());
            assertThat(heard.grants).hasSize(1);
            var theirs = other.election("g").campaign();
            eventually("the other one stands and is elected", () -> {
                context.getBean(Coordinator.class).election("g").resign();
                return theirs.isLeader();
            });
            heard.hears(
                    LeadershipRevoked.class,
                    revoked -> revoked.lease().equals(heard.grants.get(0).lease()));
            heard.hears(
                    LeaderChanged.class,
                    changed -> changed.leader()
                            .filter(leader -> leader.member().equals("other"))
                            .isPresent());
        });
    }

    @Test
    void membersAreTold() {
        runner.run(context -> {
            var heard = context.getBean(Heard.class);
            heard.hears(MemberJoined.class, joined -> joined.member().id().equals("mine"));
            var group = other.group("g");
            group.join(Map.of("zone", "a"));
            heard.hears(
                    MemberJoined.class,
                    joined -> joined.group().equals("g") && joined.member().id().equals("other"));
            group.update(Map.of("zone", "b"));
            heard.hears(
                    MemberUpdated.class,
                    updated -> updated.before().capabilities().containsValue("a")
                            && updated.member().capabilities().containsValue("b"));
            group.leave();
            heard.hears(MemberLeft.class, left -> left.member().id().equals("other"));
        });
    }

    @Test
    void lossOfALockIsToldHoweverItWasTaken() {
        runner.run(context -> {
            var heard = context.getBean(Heard.class);
            context.getBean(Coordinator.class).lock("x").acquire();
            other.lock("x").forceRelease();
            heard.hears(
                    LeaseLost.class,
                    lost -> lost.loss().name().equals("x") && lost.loss().reason() == LeaseLoss.Reason.EVICTED);
        });
    }

    @Test
    void stateOfTheSessionIsTold() {
        runner.run(context -> {
            var heard = context.getBean(Heard.class);
            store.line().expire(context.getBean(Coordinator.class));
            heard.hears(SessionStateChanged.class, changed -> changed.state() == SessionState.LOST);
            heard.hears(SessionStateChanged.class, changed -> changed.state() == SessionState.LIVE);
        });
    }

    @Test
    void endOfTheLeadershipIsToldWhileTheContextCloses() {
        var heard = new Heard[1];
        runner.run(context -> {
            heard[0] = context.getBean(Heard.class);
            heard[0].hears(LeadershipGranted.class, granted -> true);
        });
        assertThat(heard[0].events)
                .filteredOn(LeadershipRevoked.class::isInstance)
                .hasSize(1);
        assertThat(heard[0].events).noneMatch(SessionStateChanged.class::isInstance);
    }
}
