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
package io.coordination.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.torture.MutantDriver.Bug;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is broken on purpose is found: a test of the test, for a machine that has the time to show it. */
@Tag("torture")
@EnabledIfSystemProperty(named = "coordination.torture", matches = "true")
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class MutantTests {

    @Test
    void aLeaseThatIsCountedFromTheAnswerHasTwoBelievers() throws Exception {
        var verdict = verdict(
                Bug.LATE,
                Run.Plan.of(
                                2,
                                30,
                                IntStream.range(0, 2)
                                        .mapToObj(Faults::lateThenSilent)
                                        .toList())
                        .steadfast()
                        .unfrozen());
        assertThat(verdict.violations().keySet()).as("%s", verdict).contains(Check.ONE_BELIEVER);
    }

    @Test
    void aTokenThatIsDrawnBeforeTheGrantIsOutOfOrder() throws Exception {
        var verdict = verdict(
                Bug.EARLY,
                Run.Plan.of(
                                2,
                                30,
                                Faults.ofLine().stream()
                                        .filter(fault -> fault.name().equals("requests-late"))
                                        .toList())
                        .unfrozen());
        assertThat(verdict.violations().keySet())
                .as("%s", verdict)
                .containsAnyOf(Check.LOCK_ORDER, Check.FENCED_EXCLUSION, Check.TOKEN_ORDER);
    }

    @Test
    void aRenewalThatTakesWhatWasReleasedEndsAllProgress() throws Exception {
        var verdict = verdict(Bug.UNDEAD, Run.Plan.of(2, 8, List.of()).unfrozen());
        assertThat(verdict.violations().keySet()).as("%s", verdict).contains(Check.PROGRESS);
    }

    @Test
    void aWakeThatIsLostLeavesALockFreeWhileOthersWait() throws Exception {
        var verdict = verdict(Bug.DEAF, Run.Plan.of(2, 15, List.of()).unfrozen());
        assertThat(verdict.violations().keySet()).as("%s", verdict).contains(Check.PROGRESS);
    }

    /** What a lock alone lets happen, and what memcached may. */
    @Test
    void staleWritesAreTakenByAResourceThatDoesNotLookAtTokens() throws Exception {
        try (var store = new RedisStore()) {
            var verdict = verdict(store, Run.Plan.of(2, 1, List.of()).unfenced().steadfast());
            assertThat(verdict.violations().keySet()).as("%s", verdict).isEqualTo(Set.of(Check.FENCED_EXCLUSION));
        }
    }

    @Test
    void aStoreThatForgetsHasTwoBelievers() throws Exception {
        try (var store = new MemcachedStore()) {
            var verdict = verdict(
                    store,
                    Run.Plan.of(2, 10, List.of(store.amnesia())).steadfast().unfrozen());
            assertThat(verdict.violations().keySet()).as("%s", verdict).contains(Check.ONE_BELIEVER);
        }
    }

    private static Verdict verdict(Bug bug, Run.Plan plan) throws Exception {
        try (var store = new MutantStore(bug)) {
            return verdict(store, plan);
        }
    }

    private static Verdict verdict(Store store, Run.Plan plan) throws Exception {
        var history = Run.of(store, plan);
        var verdict = Verdict.of(history, Promises.of(history, store));
        System.out.println(store.name() + " with seed " + plan.seed() + ": " + verdict);
        return verdict;
    }
}
