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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.io.Resource;

/** The alarms in the order of their file, in which every line is {@code id, severity, reading, >, threshold, for, message}. */
final class AlarmRules {

    private static final int COLUMNS = 7;

    private final Map<String, AlarmRule> rules = new LinkedHashMap<>();
    private final Set<String> metrics;

    private AlarmRules(Reader csv, String file) throws IOException {
        var lines = new BufferedReader(csv);
        lines.readLine();
        var number = 1;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                var rule = parse(line);
                if (rules.putIfAbsent(rule.id(), rule) != null) {
                    throw new IllegalArgumentException("there is another alarm '" + rule.id() + "' above");
                }
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(file + ", line " + number + ": " + wrong.getMessage(), wrong);
            }
        }
        metrics = rules.values().stream()
                .flatMap(rule -> rule.reading().metrics().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads the alarms.
     *
     * @throws IllegalArgumentException that names the line and what is wrong with it
     */
    static AlarmRules load(Resource file) {
        try (var csv = new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8)) {
            return new AlarmRules(csv, file.getFilename() == null ? file.getDescription() : file.getFilename());
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not read the alarms in " + file.getDescription(), failure);
        }
    }

    private static AlarmRule parse(String line) {
        // The message is last, so that it may have commas.
        var columns = Arrays.stream(line.split(",", COLUMNS)).map(String::strip).toList();
        if (columns.size() < COLUMNS) {
            throw new IllegalArgumentException("there must be " + COLUMNS + " columns, but are " + columns.size());
        }
        if (!columns.get(0).matches("[a-z0-9-]{1,100}")) {
            throw new IllegalArgumentException(
                    "the id must be of small letters, digits and hyphens, but is '" + columns.get(0) + "'");
        }
        return new AlarmRule(
                columns.get(0),
                severity(columns.get(1)),
                columns.get(2),
                Reading.parse(columns.get(2)),
                Comparison.parse(columns.get(3)),
                Threshold.parse(columns.get(4)),
                rounds(columns.get(5)),
                columns.get(6));
    }

    private static Severity severity(String text) {
        for (var severity : Severity.values()) {
            if (severity.name().toLowerCase(Locale.ROOT).equals(text)) {
                return severity;
            }
        }
        throw new IllegalArgumentException("the severity must be notice, warning or critical, but is '" + text + "'");
    }

    private static int rounds(String text) {
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "'for' must be a number of evaluations from 1 on, but is '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    Collection<AlarmRule> all() {
        return rules.values();
    }

    Set<String> ids() {
        return Collections.unmodifiableSet(rules.keySet());
    }

    /** {@return the names of all metrics that the alarms look at} */
    Set<String> metrics() {
        return metrics;
    }
}
