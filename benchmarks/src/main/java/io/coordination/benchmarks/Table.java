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
package io.coordination.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** The rows that a comparison prints, and the figures in them. */
final class Table {

    private Table() {}

    static void head() {
        System.out.println("| measurement | contestant | value | beside |");
        System.out.println("|---|---|---|---|");
    }

    static void row(String what, String contestant, String value, String beside) {
        System.out.println("| " + what + " | " + contestant + " | " + value + " | " + beside + " |");
    }

    static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static String spread(double[] values) {
        var all = Arrays.stream(values).summaryStatistics();
        return format("%.1f to %.1f ms", all.getMin(), all.getMax());
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
