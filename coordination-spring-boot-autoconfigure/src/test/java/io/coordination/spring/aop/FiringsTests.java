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
package io.coordination.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.support.SimpleTriggerContext;

/** For which times a fixed rate is planned. */
class FiringsTests {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private final Firings.Grid everyTenSeconds = new Firings.Grid(Instant.EPOCH, Duration.ofSeconds(10));

    @Test
    void fixedRateIsPlannedForWholeMultiplesSoThatAllMembersPlanTheSame() {
        assertThat(everyTenSeconds.nextExecution(at(NOON))).isEqualTo(NOON);
        assertThat(everyTenSeconds.nextExecution(at(NOON.plusMillis(1)))).isEqualTo(NOON.plusSeconds(10));
        assertThat(everyTenSeconds.nextExecution(at(NOON.plusMillis(9_999)))).isEqualTo(NOON.plusSeconds(10));
    }

    @Test
    void nextOneComesAfterTheLastAlsoWhereAClockWentBack() {
        var context = at(NOON);
        context.update(NOON, NOON, NOON.plusSeconds(1));
        assertThat(everyTenSeconds.nextExecution(context)).isEqualTo(NOON.plusSeconds(10));
        context.update(NOON, NOON.minusSeconds(5), NOON.minusSeconds(4));
        assertThat(everyTenSeconds.nextExecution(context)).isEqualTo(NOON.plusSeconds(10));
    }

    @Test
    void whatCameWhileItRanIsLeftToOthers() {
        var context = at(NOON);
        context.update(NOON, NOON, NOON.plusSeconds(25));
        assertThat(everyTenSeconds.nextExecution(context)).isEqualTo(NOON.plusSeconds(30));
    }

    @Test
    void initialDelayIsWaitedFor() {
        var later = new Firings.Grid(NOON.plusSeconds(15), Duration.ofSeconds(10));
        assertThat(later.nextExecution(at(NOON))).isEqualTo(NOON.plusSeconds(20));
    }

    private static SimpleTriggerContext at(Instant now) {
        return new SimpleTriggerContext(Clock.fixed(now, ZoneOffset.UTC));
    }
}
