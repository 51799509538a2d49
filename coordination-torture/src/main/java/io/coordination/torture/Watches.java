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
import io.coordination.sim.Checks.Change;
import io.coordination.torture.Event.What;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each watcher heard makes sense in its order, and amounts to what it reads at the end. */
final class Watches {

    private Watches() {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        Map<String, List<Change>> heard = new HashMap<>();
        for (var event : history.events()) {
            if (event.what() == What.PROBE && event.on().equals(Candidate.GROUP)) {
                Checks.replays(
                                heard.getOrDefault(event.process(), List.of()),
                                Set.of(event.value().split(",")))
                        .ifPresent(wrong -> violations.add(event.process() + ": " + wrong));
            }
            var what =
                    switch (event.what()) {
                        case JOINED -> Change.What.JOINED;
                        case LEFT -> Change.What.LEFT;
                        case UPDATED -> Change.What.UPDATED;
                        default -> null;
                    };
            if (what != null) {
                heard.computeIfAbsent(event.process(), first -> new ArrayList<>())
                        .add(new Change(event.value(), what));
            }
        }
        return violations;
    }
}
