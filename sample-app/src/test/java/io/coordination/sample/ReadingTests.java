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
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadingTests {

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    @Test
    void theMetersOfANameAreSummedUp() {
        gauge("memory", "heap", "eden", 10);
        gauge("memory", "heap", "old", 20);
        gauge("memory", "nonheap", "metaspace", 40);

        assertThat(read("memory")).isEqualTo(70);
    }

    @Test
    void tagsChooseAmongThem() {
        gauge("memory", "heap", "eden", 10);
        gauge("memory", "heap", "G1 Old Gen", 20);
        gauge("memory", "nonheap", "metaspace", 40);

        assertThat(read("memory{area=heap}")).isEqualTo(30);
        assertThat(read("memory{area=heap;id=G1 Old Gen}")).isEqualTo(20);
    }

    @Test
    void negativeValuesAreNoValues() {
        gauge("max", "heap", "eden", -1);
        gauge("max", "heap", "old", 100);

        assertThat(read("max{area=heap}")).isEqualTo(100);
        assertThat(read("max{id=eden}")).isNaN();
    }

    @Test
    void aRatioDividesOneByTheOther() {
        gauge("used", "heap", "old", 30);
        gauge("max", "heap", "old", 120);

        assertThat(read("used / max")).isEqualTo(0.25);
    }

    @Test
    void nothingIsReadWhereThereIsNothing() {
        gauge("used", "heap", "old", 30);
        gauge("zero", "heap", "old", 0);

        assertThat(read("missing")).isNaN();
        assertThat(read("used / missing")).isNaN();
        assertThat(read("used / zero")).isNaN();
        assertThat(read("used:max")).isNaN();
    }

    @Test
    void timersTellCountTotalAndMaximum() {
        registry.timer("calls", "uri", "a").record(Duration.ofSeconds(1));
        registry.timer("calls", "uri", "a").record(Duration.ofSeconds(3));
        registry.timer("calls", "uri", "b").record(Duration.ofSeconds(2));

        assertThat(read("calls:count")).isEqualTo(3);
        assertThat(read("calls:total")).isEqualTo(6);
        assertThat(read("calls:max")).isEqualTo(3);
        assertThat(read("calls:total / calls:count")).isEqualTo(2);
    }

    @Test
    void aRateIsTheGrowthInASecond() {
        var counter = registry.counter("errors");
        counter.increment(5);
        var reading = Reading.parse("rate(errors)");
        var before = Measurements.take(registry, reading.metrics());
        counter.increment(6);
        clock.add(Duration.ofSeconds(4));

        assertThat(reading.take(Measurements.take(registry, reading.metrics()), before))
                .isEqualTo(1.5, within(1e-9));
    }

    @Test
    void aCounterThatAppearsBeganAtNothing() {
        var reading = Reading.parse("rate(errors)");
        var before = Measurements.take(registry, reading.metrics());
        registry.counter("errors").increment(8);
        clock.add(Duration.ofSeconds(4));

        assertThat(reading.take(Measurements.take(registry, reading.metrics()), before))
                .isEqualTo(2);
    }

    @Test
    void aRateNeedsTwoMoments() {
        registry.counter("errors").increment();

        assertThat(read("rate(errors)")).isNaN();
    }

    private double read(String text) {
        var reading = Reading.parse(text);
        var now = Measurements.take(registry, reading.metrics());
        return reading.take(now, now);
    }

    private void gauge(String name, String area, String id, double value) {
        Gauge.builder(name, () -> value).tags("area", area, "id", id).register(registry);
    }
}
