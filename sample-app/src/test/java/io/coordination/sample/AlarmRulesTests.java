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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;

class AlarmRulesTests {

    private static final String HEAD = "id, severity, reading, is, threshold, for, message\n";

    @Test
    void someThreeHundredAlarmsAreShipped() {
        var rules = AlarmRules.load(new ClassPathResource("alarms.csv"));

        assertThat(rules.all())
                .hasSizeBetween(290, 330)
                .allSatisfy(rule -> assertThat(rule.message()).isNotBlank());
        assertThat(rules.all().stream().map(AlarmRule::severity).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(Severity.class));
    }

    @Test
    void aLineBecomesARule() {
        var rule =
                read("heap-80, warning, jvm.memory.used{area=heap} / jvm.memory.max{area=heap}, >, 80%, 30, Full, soon\n")
                        .all()
                        .iterator()
                        .next();

        assertThat(rule.id()).isEqualTo("heap-80");
        assertThat(rule.severity()).isEqualTo(Severity.WARNING);
        assertThat(rule.condition()).isEqualTo("jvm.memory.used{area=heap} / jvm.memory.max{area=heap} > 80%");
        assertThat(rule.rounds()).isEqualTo(30);
        assertThat(rule.message()).isEqualTo("Full, soon");
        assertThat(rule.isReason(0.81)).isTrue();
        assertThat(rule.isReason(0.80)).isFalse();
    }

    @Test
    void allMetricsThatTheAlarmsLookAtAreKnown() {
        assertThat(read("a, notice, one.metric / two.metric, >, 1, 1, m\nb, notice, rate(three.metric), >, 1, 1, m\n")
                        .metrics())
                .containsExactlyInAnyOrder("one.metric", "two.metric", "three.metric");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    A B, notice, m, >, 1, 1, x          | the id must be
                    a, high, m, >, 1, 1, x              | the severity must be notice, warning or critical, but is 'high'
                    a, notice, M!, >, 1, 1, x           | 'M!' is not a reading
                    a, notice, rate(m, >, 1, 1, x       | 'rate(m' is not a reading
                    a, notice, m), >, 1, 1, x           | 'm)' is not a reading
                    a, notice, m:median, >, 1, 1, x     | the statistic must be count, total or max
                    a, notice, m{area}, >, 1, 1, x      | 'area' is not a tag
                    a, notice, m / n / o, >, 1, 1, x    | more than one division
                    a, notice, m, =, 1, 1, x            | the comparison must be > or <, but is '='
                    a, notice, m, >, 1 parsec, 1, x     | the threshold must be a number
                    a, notice, m, >, -1, 1, x           | the threshold must be a number
                    a, notice, m, >, 1, 0, x            | 'for' must be a number of evaluations from 1 on, but is '0'
                    a, notice, m, >, 1, 1               | there must be 7 columns, but are 6
                    """)
    void aMistakeIsNamedWithItsLine(String line, String complaint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("first, notice, m, >, 1, 1, good\n\n" + line + "\n"))
                .withMessageStartingWith("test, line 4: ")
                .withMessageContaining(complaint);
    }

    @Test
    void anIdIsGivenOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("a, notice, m, >, 1, 1, x\na, notice, m, >, 2, 1, x\n"))
                .withMessage("test, line 3: there is another alarm 'a' above");
    }

    private static AlarmRules read(String lines) {
        return AlarmRules.load(new ByteArrayResource((HEAD + lines).getBytes(StandardCharsets.UTF_8)) {
            @Override
            public String getFilename() {
                return "test";
            }
        });
    }
}
