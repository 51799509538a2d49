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

import io.coordination.sim.Checks;
import io.coordination.torture.Event.What;
import io.coordination.torture.History.Hold;
import io.coordination.torture.History.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Leadership is granted and revoked in turns; a loss is told once, and in time where the process can run. */
final class Callbacks {

    static final long IN_TIME = Duration.ofMillis(200).toNanos();

    /** So late that no machine is an excuse. */
    private static final long LATE = Duration.ofSeconds(3).toNanos();

    private Callbacks() {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        var heard = history.events().stream()
                .filter(event -> event.what() == What.GRANTED || event.what() == What.REVOKED)
                .collect(Collectors.groupingBy(Event::process));
        heard.forEach((process, events) -> Checks.inTurns(events.stream()
                        .map(event -> new Checks.Heard(event.what() == What.GRANTED, event.token()))
                        .toList())
                .ifPresent(wrong -> violations.add(process + ": " + wrong)));
        history.all(What.REVOKED)
                .filter(event -> event.value().equals("valid"))
                .forEach(event -> violations.add("revoked, but valid: " + event));
        history.all(What.LOST)
                .collect(Collectors.groupingBy(event -> event.process() + "/" + event.op()))
                .forEach((hold, told) -> {
                    if (told.size() > 1) {
                        violations.add("told more than once: " + told);
                    }
                });
        for (var hold : history.holds()) {
            if (lateness(history, hold) > LATE) {
                violations.add(hold + " was told " + Duration.ofNanos(lateness(history, hold)) + " late");
            }
        }
        return violations;
    }

    /** How long after it was last seen valid a loss was told, without the time in which its process could not run. */
    static long lateness(History history, Hold hold) {
        if (hold.told() == History.NEVER || hold.releasing() < hold.told()) {
            return 0;
        }
        var between = new Span(hold.seen(), hold.told());
        var stalled = history.faults(hold.process()).stream()
                .mapToLong(between::shared)
                .sum();
        return between.length() - stalled;
    }
}
