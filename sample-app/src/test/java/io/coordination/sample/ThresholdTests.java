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

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdTests {

    @ParameterizedTest
    @CsvSource({"80%, 0.8", "0.5%, 0.005", "512MiB, 536870912", "1GiB, 1073741824", "200ms, 0.2", "2min, 120", "42, 42"
    })
    void peoplesUnitsBecomeBaseUnits(String text, double value) {
        assertThat(Threshold.parse(text).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "80%, 0.877, 87.7%",
        "1%, 0.001, 0.10%",
        "1GiB, 536870912, 512MiB",
        "1KiB, 100, 0.10KiB",
        "1s, 0.25, 250ms",
        "1s, 5400, 1.50h",
        "10, 3, 3",
        "10, 1234.5, 1235",
    })
    void aReadingIsToldInTheThresholdsUnits(String threshold, double reading, String text) {
        assertThat(Threshold.parse(threshold).format(reading)).isEqualTo(text);
    }
}
