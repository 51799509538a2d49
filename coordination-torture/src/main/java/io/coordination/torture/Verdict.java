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
package io.coordination.torture;

import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a history shows.
 *
 * @param violations what breaks a promise, by the promise
 * @param seen how often what is interesting was met
 * @param missing what should have been met
 * @param figures for people
 */
record Verdict(
        Map<Check, List<String>> violations, Map<Seen, Long> seen, Set<Seen> missing, Map<String, String> figures) {

    private static final int MOST_SHOWN = 3;
    private static final int LONGEST_SHOWN = 600;

    static Verdict of(History history, Promises promises) {
        Map<Check, List<String>> violations = new EnumMap<>(Check.class);
        for (var check : Check.values()) {
            var found = check.violations(history, promises);
            if (!found.isEmpty()) {
                violations.put(check, found);
            }
        }
        Map<Seen, Long> seen = new EnumMap<>(Seen.class);
        for (var what : Seen.values()) {
            seen.put(what, what.in(history));
        }
        var missing = Seen.wanted(promises).stream()
                .filter(what -> seen.get(what) == 0)
                .collect(Collectors.toSet());
        return new Verdict(violations, seen, missing, figures(history, promises));
    }

    private static Map<String, String> figures(History history, Promises promises) {
        Map<String, String> figures = new TreeMap<>();
        figures.put("events", String.valueOf(history.events().size()));
        figures.put(
                "faults",
                String.valueOf(history.all(What.FAULT)
                        .filter(fault -> fault.type() == Type.OK)
                        .count()));
        figures.put("holds", String.valueOf(history.holds().size()));
        figures.put("overlapping", String.valueOf(OneBeliever.overlaps(history)));
        figures.put("leaderless", millis(Progress.leaderless(history, promises)));
        var late = new ArrayList<Long>();
        history.holds().forEach(hold -> late.add(Callbacks.lateness(history, hold)));
        figures.put(
                "late notices",
                String.valueOf(
                        late.stream().filter(nanos -> nanos > Callbacks.IN_TIME).count()));
        figures.put(
                "latest notice",
                millis(late.stream().mapToLong(nanos -> nanos).max().orElse(0)));
        return figures;
    }

    private static String millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis() + " ms";
    }

    boolean isGood() {
        return violations.isEmpty() && missing.isEmpty();
    }

    /** As the page shows it, of a store for which members of a number had faults for so long. */
    String row(String store, int members, int seconds, long seed) {
        return Stream.of(
                        store,
                        members,
                        seconds + " s",
                        figures.get("events"),
                        figures.get("faults"),
                        figures.get("holds"),
                        figures.get("overlapping"),
                        seen.get(Seen.STALE_WRITE_REFUSED),
                        figures.get("leaderless"),
                        figures.get("late notices") + ", " + figures.get("latest notice"),
                        seed)
                .map(String::valueOf)
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** Few of each kind, so that it can be read. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        violations.forEach((check, found) -> {
            text.append(check).append(", ").append(found.size()).append(" times:\n");
            found.stream()
                    .limit(MOST_SHOWN)
                    .forEach(one -> text.append("  ")
                            .append(one, 0, Math.min(one.length(), LONGEST_SHOWN))
                            .append('\n'));
        });
        if (!missing.isEmpty()) {
            text.append("never seen: ").append(missing).append('\n');
        }
        return text.append(seen).append('\n').append(figures).toString();
    }
}
