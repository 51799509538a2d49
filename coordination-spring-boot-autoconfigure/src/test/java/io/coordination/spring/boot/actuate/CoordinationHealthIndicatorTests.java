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
package io.coordination.spring.boot.actuate;

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.driver.memory.MemoryDriver;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.SessionState;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spring.TestStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** What health means. */
class CoordinationHealthIndicatorTests {

    private final TestStore store = new TestStore();
    private final Coordinator mine = store.member("mine");
    private final AtomicLong now = new AtomicLong();
    private final CoordinationHealthIndicator indicator = new CoordinationHealthIndicator(mine, clock());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void liveSessionIsUp() {
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        assertThat(indicator.health().getDetails())
                .containsEntry("state", SessionState.LIVE)
                .containsEntry("driver", "memory")
                .containsEntry("scope", "PROCESS")
                .containsEntry("member", "mine")
                .hasSize(4);
    }

    @Test
    void scopeOfTheDefaultIsOneHost() {
        try (var onThisHost = Coordinator.open("ipc://")) {
            assertThat(new CoordinationHealthIndicator(onThisHost).health().getDetails())
                    .containsEntry("scope", "HOST")
                    .containsEntry("driver", "ipc");
        }
    }

    @Test
    void storeThatDoesNotAnswerIsOutOfServiceAndUpAgainWhenItDoes() {
        store.line().cut();
        eventually("it is noticed", () -> indicator.health().getStatus().equals(Status.OUT_OF_SERVICE));
        assertThat(indicator.health().getDetails()).containsEntry("state", SessionState.SUSPENDED);
        store.line().restore();
        eventually("it is up again", () -> indicator.health().getStatus().equals(Status.UP));
    }

    @Test
    void lostSessionIsDown() {
        store.line().cut();
        store.line().expire(mine);
        assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(indicator.health().getDetails()).containsEntry("state", SessionState.LOST);
        store.line().restore();
        eventually("it is up again", () -> indicator.health().getStatus().equals(Status.UP));
    }

    @Test
    void groupThatNobodyLeadsForTwoSessionTimeoutsIsDown() {
        try (var member = Coordinator.builder()
                .url(store.url())
                .driver(new LeaderlessDriver())
                .sessionTimeout(Duration.ofSeconds(1))
                .open()) {
            var leaderless = new CoordinationHealthIndicator(member, clock());
            member.election("g").campaign();
            assertThat(leaderless.health().getStatus()).isEqualTo(Status.UP);
            pass(Duration.ofMillis(1900));
            assertThat(leaderless.health().getStatus()).isEqualTo(Status.UP);
            pass(Duration.ofMillis(200));
            assertThat(leaderless.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(leaderless.health().getDetails()).containsEntry("leaderless", List.of("g"));
            var other = store.member("other").election("g").campaign();
            eventually("the other one leads", other::isLeader);
            assertThat(leaderless.health().getStatus()).isEqualTo(Status.UP);
        }
    }

    /** A store that elects nobody who asks it. */
    private static final class LeaderlessDriver implements Driver {

        @Override
        public Set<String> schemes() {
            return Set.of("memory");
        }

        @Override
        public Session open(Target target, Surroundings with, SessionEvents events) {
            var session = new MemoryDriver().open(target, with, events);
            return (Session) Proxy.newProxyInstance(
                    Session.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, args) -> {
                        if (method.getName().equals("claim")) {
                            throw new StoreException(StoreException.Reason.TIMED_OUT, "no answer");
                        }
                        return method.invoke(session, args);
                    });
        }
    }

    @Test
    void groupThatAnotherMemberLeadsIsFine() {
        var other = store.member("other");
        var theirs = other.election("g").campaign();
        eventually("they lead", theirs::isLeader);
        mine.election("g").campaign();
        health();
        pass(Duration.ofHours(1));
        assertThat(health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void groupThatThisMemberLeadsIsFine() {
        var election = mine.election("g").campaign();
        eventually("it leads", election::isLeader);
        health();
        pass(Duration.ofHours(1));
        assertThat(health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void groupInWhichThisMemberDoesNotStandIsNoneOfItsBusiness() {
        mine.election("g");
        health();
        pass(Duration.ofHours(1));
        assertThat(health().getStatus()).isEqualTo(Status.UP);
    }

    private Health health() {
        return indicator.health();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private Clock clock() {
        return new Clock() {

            @Override
            public long nanoTime() {
                return now.get();
            }

            @Override
            public long wallMillis() {
                return now.get() / 1_000_000;
            }

            @Override
            public void park(long nanos) {}

            @Override
            public void unpark(Thread thread) {}
        };
    }
}
