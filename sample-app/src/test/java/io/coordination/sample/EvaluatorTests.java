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
package io.coordination.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Member;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

class EvaluatorTests {

    private static final Set<String> ALARMS = Set.of("one", "two", "three");

    @Test
    void whatOneAnnouncesTheOthersUnderstand() {
        var evaluator = new Evaluator(
                "a", 8081, 4711L, 2, Instant.parse("2026-01-02T03:04:05Z"), Set.of("one", "two"), Set.of("three"));

        assertThat(Evaluator.of(member(evaluator.capabilities()), ALARMS)).isEqualTo(evaluator);
    }

    @Test
    void aMemberThatSaysNothingIsAMemberAllTheSame() {
        assertThat(Evaluator.of(member(Map.of()), ALARMS))
                .isEqualTo(new Evaluator("a", null, null, 1, null, Set.of(), Set.of()));
    }

    @Test
    void nonsenseIsLeftOut() {
        Map<String, Object> nonsense = Map.of(
                "port",
                "<script>",
                "pid",
                List.of(1),
                "weight",
                -4,
                "started-at",
                "yesterday",
                "firing",
                List.of("one", "<b>", 7, "one"),
                "unknown",
                Map.of("two", true));

        assertThat(Evaluator.of(member(nonsense), ALARMS))
                .isEqualTo(new Evaluator("a", null, null, 1, null, Set.of("one"), Set.of()));
        assertThat(Evaluator.of(member(Map.of("port", 70_000)), ALARMS).port()).isNull();
    }

    @Test
    void allAlarmsAtOnceFitIntoTheCapabilities() {
        var all = AlarmRules.load(new ClassPathResource("alarms.csv")).ids();
        var evaluator = new Evaluator("a", 8080, 1L, 1, Instant.EPOCH, all, all);
        try (var coordinator = Coordinator.open("memory://capabilities")) {
            var group = coordinator.group("evaluators");
            group.join(evaluator.capabilities());

            assertThat(Evaluator.of(group.members().get(0), all).firing()).isEqualTo(all);
        }
    }

    private static Member member(Map<String, Object> capabilities) {
        return new Member("a", capabilities, null, null, null);
    }
}
