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
package io.coordination.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.contract.Sized;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recipes on a store that delays, loses, doubles and reorders, in virtual time, over thousands of seeds. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SimulationTests {

    /** About ten seconds of two cores each. */
    private static final Map<Mix, Long> SEEDS =
            Map.of(Mix.LOCKS, 1500L, Mix.MODES, 1000L, Mix.ELECTIONS, 800L, Mix.GROUPS, 1000L, Mix.EVERYTHING, 600L);

    /** Together 100,000. */
    private static final long FULL = 20_000;

    /** What a mix can not meet, because nothing in it does it. */
    private static final Map<Mix, Set<Seen>> SHOWS = Map.of(
            Mix.LOCKS,
            EnumSet.complementOf(
                    EnumSet.of(Seen.LEADER_CHANGED, Seen.JOINED_AGAIN, Seen.MEMBER_EXISTED, Seen.MODES_SHARED)),
            Mix.MODES,
            EnumSet.of(Seen.MODES_SHARED, Seen.GRANT_AFTER_EXPIRY, Seen.LATE_GRANT_ANSWER, Seen.LOSS_TOLD, Seen.WAITED),
            Mix.ELECTIONS,
            EnumSet.of(
                    Seen.LEADER_CHANGED,
                    Seen.GRANT_AFTER_EXPIRY,
                    Seen.SESSION_EXPIRED_WHILE_IT_HELD,
                    Seen.FROZEN_LONGER_THAN_THE_LEASE_WHILE_IT_HELD),
            Mix.GROUPS,
            EnumSet.of(Seen.JOINED_AGAIN, Seen.MEMBER_EXISTED, Seen.SERVER_RESTARTED, Seen.OUTCOME_UNKNOWN),
            Mix.EVERYTHING,
            EnumSet.complementOf(EnumSet.of(Seen.STALE_WRITE_REFUSED)));

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    @Tag("torture")
    void promisesHoldWhateverHappens(Mix mix) {
        var batch =
                new Batch(mix, Set.of(), 3).run(Long.getLong("sim.seeds", Sized.Size.isFull() ? FULL : SEEDS.get(mix)));
        assertThat(batch.failures()).isEmpty();
        if (!Batch.isReplay()) {
            assertThat(batch.coverage().missing(SHOWS.get(mix)))
                    .as("what this batch should have met, of " + batch.coverage())
                    .isEmpty();
        }
    }

    /** A test of the test. */
    @ParameterizedTest
    @EnumSource
    void faultThatIsBuiltInIsFound(Bug bug) {
        var mix = bug == Bug.KEEPS_DEAD_MEMBERS || bug == Bug.LOSES_CHANGES ? Mix.GROUPS : Mix.LOCKS;
        assertThat(new Batch(mix, EnumSet.of(bug), 1).run(400).failures()).isNotEmpty();
    }

    @Test
    void seedDecidesEverything() {
        for (var seed = 1; seed <= 20; seed++) {
            assertThat(hash(seed)).isEqualTo(hash(seed)).isNotEqualTo(hash(seed + 1000));
        }
    }

    @Test
    void virtualTimeIsCheap() {
        var start = System.nanoTime();
        hash(4711);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofNanos(World.BAD_TIME));
    }

    private static long hash(long seed) {
        try (var world = new World(seed, Mix.EVERYTHING, Set.of(), 0)) {
            world.run();
            return world.sim.trace().hash();
        }
    }
}
