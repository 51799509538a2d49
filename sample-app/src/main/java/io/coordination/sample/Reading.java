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

import io.micrometer.core.instrument.Statistic;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an alarm looks at: a metric, its rate, or the ratio of two of them. Written as
 *
 * <pre>
 * system.cpu.usage
 * jvm.memory.used{area=heap} / jvm.memory.max{area=heap}
 * rate(jvm.gc.pause:total)
 * </pre>
 *
 * with the statistics {@code :count}, {@code :total} and {@code :max} of timers.
 */
record Reading(Term over, @Nullable Term under) {

    /** What is read when there is nothing to read: neither a reason for alarm nor for calm. */
    static final double UNKNOWN = Double.NaN;

    /**
     * One metric, summed over all meters that have the name and the tags.
     *
     * @param statistics those of which a meter is asked for the first it has
     * @param rate whether its growth per second is meant
     */
    record Term(String metric, Map<String, String> tags, Set<Statistic> statistics, boolean rate) {

        private static final Pattern SYNTAX = Pattern.compile(
                "(?<rate>rate\\()?(?<metric>[a-z0-9._]+)(\\{(?<tags>[^}]*)})?(:(?<statistic>[a-z]+))?\\)?");
        private static final Map<String, Statistic> STATISTICS =
                Map.of("count", Statistic.COUNT, "total", Statistic.TOTAL_TIME, "max", Statistic.MAX);

        static Term parse(String text) {
            var match = SYNTAX.matcher(text);
            if (!match.matches() || text.endsWith(")") != (match.group("rate") != null)) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not a reading such as name, name{tag=value;…}, name:max, rate(name:total)");
            }
            return new Term(
                    match.group("metric"),
                    tags(match.group("tags")),
                    statistics(match.group("statistic")),
                    match.group("rate") != null);
        }

        private static Map<String, String> tags(@Nullable String text) {
            var tags = new HashMap<String, String>();
            if (text != null) {
                for (var tag : text.split(";", -1)) {
                    var pair = tag.split("=", 2);
                    if (pair.length != 2 || pair[0].isBlank()) {
                        throw new IllegalArgumentException("'" + tag + "' is not a tag such as area=heap");
                    }
                    tags.put(pair[0].strip(), pair[1].strip());
                }
            }
            return Map.copyOf(tags);
        }

        private static Set<Statistic> statistics(@Nullable String name) {
            if (name == null) {
                return EnumSet.of(Statistic.VALUE, Statistic.COUNT);
            }
            var statistic = STATISTICS.get(name.toLowerCase(Locale.ROOT));
            if (statistic == null) {
                throw new IllegalArgumentException("the statistic must be count, total or max, but is '" + name + "'");
            }
            return EnumSet.of(statistic);
        }

        private double take(Measurements now, Measurements before) {
            if (!rate) {
                return now.value(this);
            }
            var seconds = now.secondsSince(before);
            // A counter that was not there before began at nothing.
            var earlier = before.value(this);
            return seconds <= 0 ? UNKNOWN : (now.value(this) - (Double.isNaN(earlier) ? 0 : earlier)) / seconds;
        }
    }

    static Reading parse(String text) {
        var terms = text.split(" / ", -1);
        if (terms.length > 2) {
            throw new IllegalArgumentException("'" + text + "' has more than one division");
        }
        return new Reading(Term.parse(terms[0].strip()), terms.length == 2 ? Term.parse(terms[1].strip()) : null);
    }

    Set<String> metrics() {
        var metrics = new HashSet<String>();
        metrics.add(over.metric());
        if (under != null) {
            metrics.add(under.metric());
        }
        return metrics;
    }

    /**
     * Reads.
     *
     * @param now the measurements of this round
     * @param before those of an earlier round, for rates
     * @return the value in base units, or {@link #UNKNOWN}
     */
    double take(Measurements now, Measurements before) {
        var value = over.take(now, before);
        if (under == null) {
            return value;
        }
        var divisor = under.take(now, before);
        return divisor > 0 ? value / divisor : UNKNOWN;
    }
}
