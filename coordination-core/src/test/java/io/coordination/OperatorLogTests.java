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
package io.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What operators read of a coordinator: a line for each thing that they have to know, and none for what goes well. */
class OperatorLogTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.coordination");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Staged store = new Staged();

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(log);
    }

    @AfterEach
    void end() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " "
                        + event.getFormattedMessage()
                                .replaceAll("token \\d+", "token N")
                                .replaceAll("memory://[0-9a-f-]+", "memory://name"))
                .toList();
    }

    @Test
    void eachTurnOfASessionAndOfALeadershipIsOneLine() {
        try (var coordinator = store.builder().open()) {
            var election = coordinator.election("g").campaign();
            coordinator.lock("x").tryAcquire().orElseThrow();
            store.session().suspended(Duration.ofSeconds(5));
            store.session().live();
            store.session().lost("the server forgot it");
            election.resign();
        }
        assertThat(lines())
                .containsExactly(
                        "INFO Member m coordinates through memory://name",
                        "INFO Member m leads group 'g', token N",
                        "WARN Member m: the store does not answer",
                        "INFO Member m: the store answers again",
                        "WARN Member m no longer leads: the leadership of group 'g' (token N) was lost: SESSION_LOST, the server forgot it",
                        "WARN Member m: the session is lost, the server forgot it, and with it lock 'x' (token N); opening another one",
                        "INFO Member m: a new session is open",
                        "INFO Member m leads group 'g', token N",
                        "INFO Member m resigned from leading group 'g'",
                        "INFO Member m leads group 'g', token N",
                        "INFO Member m resigned from leading group 'g'",
                        "INFO Member m: closed");
    }

    @Test
    void leadershipThatIsRefusedForItsTokenIsOneLineAndIsTriedForUntilTokensHaveRisen() {
        try (var coordinator = store.builder().open()) {
            var election = coordinator.election("g").campaign();
            for (var i = 0; i < 100; i++) {
                election.resign();
            }
            store.forgetsTokens(50);
            election.resign();
            assertThat(election.isLeader()).isFalse();
            store.pass(Duration.ofMinutes(1));
            assertThat(election.isLeader()).isTrue();
        }
        assertThat(lines())
                .filteredOn(line -> line.startsWith("WARN"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("WARN Member m does not lead group 'g', and goes on trying: "
                                + "the store gave fencing token N after "));
    }

    @Test
    void lockThatIsTakenAwayOrHeldTooLongIsOneLine() {
        try (var coordinator = store.builder().open()) {
            coordinator.lock("x").tryAcquire().orElseThrow();
            coordinator.lock("x").forceRelease();
            coordinator.lock("y").atMost(Duration.ofSeconds(1)).tryAcquire().orElseThrow();
            store.pass(Duration.ofSeconds(2));
        }
        assertThat(lines())
                .anySatisfy(
                        line -> assertThat(line).startsWith("WARN Member m: lock 'x' (token N) was lost: EVICTED, "))
                .anySatisfy(line ->
                        assertThat(line).startsWith("WARN Member m: lock 'y' (token N) was lost: CAP_REACHED, "))
                .hasSize(4);
    }

    @Test
    void lossOfManyLocksIsOneLineToo() {
        try (var coordinator = store.builder().open()) {
            for (var i = 0; i < 1000; i++) {
                coordinator.lock("order-" + i).tryAcquire().orElseThrow();
            }
            store.session().lost("the server forgot it");
            assertThat(lines())
                    .hasSize(3)
                    .element(1)
                    .asString()
                    .contains("lock 'order-")
                    .endsWith(" and 995 more; opening another one");
        }
    }

    @Test
    void thousandAcquiresAndReleasesSayNothing() throws InterruptedException {
        try (var coordinator = Coordinator.open("memory://" + UUID.randomUUID());
                var other = Coordinator.open("memory://" + UUID.randomUUID())) {
            log.list.clear();
            for (var i = 0; i < 1000; i++) {
                coordinator.lock("x").acquire().close();
                other.lock("y").tryAcquire(Duration.ofSeconds(1)).orElseThrow().close();
                try (var held = coordinator.lock("z").tryAcquire().orElseThrow()) {
                    assertThat(coordinator.lock("z").tryAcquire()).isEmpty();
                    assertThat(held.isValid()).isTrue();
                }
            }
            assertThat(lines()).isEmpty();
        }
    }
}
