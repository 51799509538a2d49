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
import io.coordination.torture.History.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * When all is well, all members name the same owner of each part. Two may own a part for as long as it takes a change to
 * reach a member that may still be believed, and no longer.
 */
final class Ownership {

    private Ownership() {}

    private record Owned(String process, Span span) {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        Map<String, HashSet<String>> owners = new HashMap<>();
        history.all(What.PROBE)
                .filter(probe -> Worker.PARTS.contains(probe.on()))
                .forEach(probe -> owners.computeIfAbsent(probe.on(), first -> new HashSet<>())
                        .add(probe.value()));
        owners.forEach((part, named) -> {
            if (named.size() > 1 || named.contains("")) {
                violations.add(part + " is owned by " + named);
            }
        });
        Worker.PARTS.forEach(part -> {
            var longest = longestShared(history, part);
            if (longest > promises.patience()) {
                violations.add(part + " had two owners for " + Duration.ofNanos(longest));
            }
        });
        return violations;
    }

    private static long longestShared(History history, String part) {
        var spans = new ArrayList<Owned>();
        Map<String, Long> since = new HashMap<>();
        history.all(What.OWN).filter(event -> event.on().equals(part)).forEach(event -> {
            if (event.type() == Type.INVOKE) {
                since.put(event.process(), event.at());
            } else {
                var from = since.remove(event.process());
                if (from != null) {
                    spans.add(new Owned(event.process(), new Span(from, event.at())));
                }
            }
        });
        var longest = 0L;
        for (var one : spans) {
            for (var other : spans) {
                if (!one.process().equals(other.process())) {
                    longest = Math.max(longest, one.span().shared(other.span()));
                }
            }
        }
        return longest;
    }
}
