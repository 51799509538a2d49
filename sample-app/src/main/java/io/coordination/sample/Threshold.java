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

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A limit and the unit in which people write it.
 *
 * @param value the limit in the base unit: a share of 1, bytes, seconds, or a number of something
 * @param text as it is written in the rule
 */
record Threshold(double value, Unit unit, String text) {

    enum Unit {
        SHARE,
        BYTES,
        SECONDS,
        NUMBER
    }

    private static final Pattern SYNTAX = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?(%|[A-Za-z]*)");
    private static final Map<String, Double> BYTES = Map.of("KiB", 0x1p10, "MiB", 0x1p20, "GiB", 0x1p30, "TiB", 0x1p40);
    private static final Map<String, Double> SECONDS =
            Map.of("ms", 0.001, "s", 1.0, "min", 60.0, "h", 3_600.0, "d", 86_400.0);

    static Threshold parse(String text) {
        var match = SYNTAX.matcher(text);
        if (match.matches()) {
            var number = Double.parseDouble(match.group(1));
            var unit = match.group(2);
            if (unit.isEmpty()) {
                return new Threshold(number, Unit.NUMBER, text);
            }
            if (unit.equals("%")) {
                return new Threshold(number / 100, Unit.SHARE, text);
            }
            if (BYTES.containsKey(unit)) {
                return new Threshold(number * BYTES.get(unit), Unit.BYTES, text);
            }
            if (SECONDS.containsKey(unit)) {
                return new Threshold(number * SECONDS.get(unit), Unit.SECONDS, text);
            }
        }
        throw new IllegalArgumentException(
                "the threshold must be a number, alone or with one of %, KiB, MiB, GiB, TiB, ms,"
                        + " s, min, h, d, but is '" + text + "'");
    }

    /** A reading in words that can be compared with the threshold's. */
    String format(double reading) {
        return switch (unit) {
            case SHARE -> number(reading * 100) + "%";
            case BYTES -> bytes(reading);
            case SECONDS -> seconds(reading);
            case NUMBER -> number(reading);
        };
    }

    private static String bytes(double bytes) {
        for (var unit : new String[] {"TiB", "GiB", "MiB"}) {
            if (bytes >= BYTES.get(unit)) {
                return number(bytes / BYTES.get(unit)) + unit;
            }
        }
        return number(bytes / 0x1p10) + "KiB";
    }

    private static String seconds(double seconds) {
        for (var unit : new String[] {"d", "h", "min", "s"}) {
            if (seconds >= SECONDS.get(unit)) {
                return number(seconds / SECONDS.get(unit)) + unit;
            }
        }
        return number(seconds * 1_000) + "ms";
    }

    private static String number(double value) {
        var digits = value >= 100 || value == Math.rint(value) ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
