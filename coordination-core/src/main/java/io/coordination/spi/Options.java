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
package io.coordination.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options of a {@link StoreUrl} as one driver reads them: only those it knows, each in its type. What the driver does
 * not know is an error, never ignored, so that nothing of a client library can be set from a URL by accident.
 */
public final class Options {

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,10}");
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Map<String, String> values;
    private final Set<String> known;

    private Options(Map<String, String> values, Set<String> known) {
        this.values = values;
        this.known = known;
    }

    /**
     * The options of a URL.
     *
     * @param url the URL
     * @param known the names of all options that the driver reads
     * @return the options
     * @throws StoreException {@code BAD_OPTION} when the URL has another option; the message names the nearest valid one
     */
    public static Options of(StoreUrl url, Set<String> known) {
        for (var name : url.options().keySet()) {
            if (!known.contains(name)) {
                throw bad("unknown option '" + name + "' for " + url.scheme() + "://" + advice(name, known));
            }
        }
        return new Options(url.options(), Set.copyOf(known));
    }

    private static String advice(String name, Set<String> known) {
        if (known.isEmpty()) {
            return "; it takes no options";
        }
        var valid = known.stream().sorted().toList();
        var nearest = Collections.min(valid, Comparator.comparingInt(other -> distance(name, other)));
        var hint = 2 * distance(name, nearest) <= name.length() + 1 ? "; did you mean '" + nearest + "'?" : ";";
        return hint + " valid options are " + String.join(", ", valid);
    }

    /**
     * A time: seconds, possibly with a fraction ({@code 10}, {@code 2.5}), a number with a unit ({@code 500ms}, {@code 5s},
     * {@code 2m}, {@code 1h}, {@code 1d}), or ISO-8601 ({@code PT5S}).
     *
     * @param name the option
     * @param otherwise the value when the URL does not have it
     * @return a time above zero and at most 36,500 days
     * @throws StoreException {@code BAD_OPTION} for anything else
     */
    public Duration duration(String name, Duration otherwise) {
        var text = text(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        try {
            var duration = toDuration(text.toLowerCase(Locale.ROOT));
            if (duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Told below, with the forms that are accepted.
        }
        throw ill(name, text, "a time above zero, such as 10 (seconds), 500ms, 5s, 2m or PT5S");
    }

    private static Duration toDuration(String text) {
        if (SECONDS.matcher(text).matches()) {
            return Duration.parse("PT" + text + "S");
        }
        var unit = WITH_UNIT.matcher(text);
        if (!unit.matches()) {
            return Duration.parse(text);
        }
        var number = Long.parseLong(unit.group(1));
        return switch (unit.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /**
     * A whole number.
     *
     * @param name the option
     * @param otherwise the value when the URL does not have it
     * @param min the least value allowed
     * @param max the greatest value allowed
     * @return a number from {@code min} to {@code max}
     * @throws StoreException {@code BAD_OPTION} for anything else
     */
    public int integer(String name, int otherwise, int min, int max) {
        var text = text(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        var number = INTEGER.matcher(text).matches() ? Long.parseLong(text) : Long.MIN_VALUE;
        if (number < min || number > max) {
            throw ill(name, text, "a whole number from " + min + " to " + max);
        }
        return (int) number;
    }

    /**
     * A yes or no: {@code true} or {@code false}, in any case.
     *
     * @param name the option
     * @param otherwise the value when the URL does not have it
     * @return the value
     * @throws StoreException {@code BAD_OPTION} for anything else
     */
    public boolean flag(String name, boolean otherwise) {
        var text = text(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw ill(name, text, "true or false");
        };
    }

    /**
     * A text.
     *
     * @param name the option
     * @param otherwise the value when the URL does not have it
     * @return the value
     */
    public String text(String name, String otherwise) {
        return text(name).orElse(otherwise);
    }

    /**
     * A text that has no default.
     *
     * @param name the option
     * @return the value, or empty when the URL does not have it
     */
    public Optional<String> text(String name) {
        if (!known.contains(name)) {
            throw new IllegalArgumentException(
                    "option '" + name + "' is missing in the driver's list of known options");
        }
        return Optional.ofNullable(values.get(name));
    }

    private static StoreException ill(String name, String value, String form) {
        return bad("option '" + name + "' must be " + form + ", but is '" + Names.excerpt(value) + "'");
    }

    private static StoreException bad(String message) {
        return new StoreException(StoreException.Reason.BAD_OPTION, message);
    }

    /** Edit distance in which two swapped neighbours count as one edit, as in {@code tiemout}. */
    private static int distance(String wrong, String right) {
        var a = wrong.toLowerCase(Locale.ROOT);
        var b = right.toLowerCase(Locale.ROOT);
        var rows = new int[a.length() + 1][b.length() + 1];
        for (var i = 0; i <= a.length(); i++) {
            for (var j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                var same = a.charAt(i - 1) == b.charAt(j - 1);
                rows[i][j] =
                        Math.min(Math.min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
                }
            }
        }
        return rows[a.length()][b.length()];
    }
}
