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

import org.junit.jupiter.api.Test;

class AlarmWatchTests {

    private static final AlarmRule RULE = new AlarmRule(
            "hot",
            Severity.WARNING,
            "heat",
            Reading.parse("heat"),
            Comparison.ABOVE,
            Threshold.parse("10"),
            3,
            "It is hot");

    private final AlarmWatch watch = new AlarmWatch(RULE, false);

    @Test
    void itFiresWhenThereIsAReasonForLongEnough() {
        look(11, 11);
        assertThat(watch.isFiring()).isFalse();

        look(11);
        assertThat(watch.isFiring()).isTrue();
    }

    @Test
    void oneCalmReadingBeginsTheCountAnew() {
        look(11, 11, 10, 11, 11);

        assertThat(watch.isFiring()).isFalse();
    }

    @Test
    void itIsOverWhenThereIsNoReasonForAsLong() {
        look(11, 11, 11, 1, 1);
        assertThat(watch.isFiring()).isTrue();

        look(1);
        assertThat(watch.isFiring()).isFalse();
    }

    @Test
    void aReadingThatSwingsAboutTheThresholdChangesNothing() {
        look(11, 11, 11, 9, 11, 9, 9, 11, 9);

        assertThat(watch.isFiring()).isTrue();
    }

    @Test
    void anUnknownReadingIsNeitherReasonNorCalm() {
        look(11, 11, Reading.UNKNOWN);
        assertThat(watch.isUnknown()).isTrue();
        assertThat(watch.isFiring()).isFalse();

        look(11);
        assertThat(watch.isUnknown()).isFalse();
        assertThat(watch.isFiring()).isTrue();
    }

    @Test
    void whatFiredWithTheLastEvaluatorGoesOnFiring() {
        var takenOver = new AlarmWatch(RULE, true);

        takenOver.look(11);
        assertThat(takenOver.isFiring()).isTrue();

        takenOver.look(1);
        takenOver.look(1);
        takenOver.look(1);
        assertThat(takenOver.isFiring()).isFalse();
    }

    private void look(double... readings) {
        for (var reading : readings) {
            watch.look(reading);
        }
    }
}
