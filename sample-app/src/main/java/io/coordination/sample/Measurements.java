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

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;

/** The values of all metrics that the rules name, at one moment. */
final class Measurements {

    private record Sample(Map<String, String> tags, Map<Statistic, Double> values) {}

    private final Map<String, List<Sample>> samples = new HashMap<>();
    private final long nanos;

    private Measurements(long nanos) {
        this.nanos = nanos;
    }

    static Measurements take(MeterRegistry registry, Set<String> metrics) {
        var taken = new Measurements(registry.config().clock().monotonicTime());
        registry.forEachMeter(meter -> {
            if (metrics.contains(meter.getId().getName())) {
                taken.samples
                        .computeIfAbsent(meter.getId().getName(), name -> new ArrayList<>())
                        .add(sample(meter));
            }
        });
        return taken;
    }

    private static Sample sample(Meter meter) {
        var tags = new HashMap<String, String>();
        meter.getId().getTags().forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        var values = new EnumMap<Statistic, Double>(Statistic.class);
        meter.measure().forEach(measurement -> values.put(measurement.getStatistic(), measurement.getValue()));
        return new Sample(tags, values);
    }

    double secondsSince(Measurements earlier) {
        return (nanos - earlier.nanos) / 1e9;
    }

    /**
     * Sums a metric up, or finds the greatest of maxima.
     *
     * @return {@link Reading#UNKNOWN} when no meter has a value; Micrometer's negative ones, such as the maximum of a memory
     *     pool without one, are none
     */
    double value(Reading.Term term) {
        DoubleBinaryOperator merge = term.statistics().contains(Statistic.MAX) ? Math::max : Double::sum;
        return samples.getOrDefault(term.metric(), List.of()).stream()
                .filter(sample -> sample.tags.entrySet().containsAll(term.tags().entrySet()))
                .mapToDouble(sample -> first(sample, term.statistics()))
                .filter(value -> value >= 0)
                .reduce(merge)
                .orElse(Reading.UNKNOWN);
    }

    private static double first(Sample sample, Set<Statistic> statistics) {
        return statistics.stream()
                .filter(sample.values::containsKey)
                .mapToDouble(sample.values::get)
                .findFirst()
                .orElse(Reading.UNKNOWN);
    }
}
