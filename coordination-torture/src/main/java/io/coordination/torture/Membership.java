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

import io.coordination.torture.Event.What;
import io.coordination.torture.History.Hold;
import io.coordination.torture.History.Operation;
import io.coordination.torture.History.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who joined, has not left, and may believe in its session is in whatever is read of the group; who is dead or gone is not,
 * after a while; at the end all read the same.
 */
final class Membership {

    private Membership() {}

    private record Member(String id, Span span) {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        var reads = history.operations(What.MEMBERS).stream()
                .filter(Operation::isOk)
                .toList();
        for (var member : certain(history)) {
            for (var read : reads) {
                // A read may lag where the store lets it.
                if (read.invoke().at() > member.span().from() + promises.patience()
                        && read.endedAt() < member.span().to()
                        && !ids(read).contains(member.id())) {
                    violations.add(member.id() + " is missing in " + read.end());
                }
            }
        }
        for (var read : reads) {
            for (var id : ids(read)) {
                var end = history.endOf(id);
                if (end != History.NEVER
                        && read.invoke().at() - end
                                > promises.patience() + troubled(history, new Span(end, read.endedAt()))) {
                    violations.add(id + " is dead, but in " + read.end());
                }
            }
        }
        var last = history.all(What.PROBE)
                .filter(probe -> probe.on().equals(Candidate.GROUP))
                .map(Event::value)
                .collect(Collectors.toSet());
        if (last.size() > 1) {
            violations.add("members do not agree: " + last);
        }
        return violations;
    }

    /** Time in which the servers could not let anything expire. */
    private static long troubled(History history, Span span) {
        return history.faults(Fault.SERVER).stream().mapToLong(span::shared).sum();
    }

    private static Set<String> ids(Operation read) {
        return read.end() == null ? Set.of() : Set.of(read.end().value().split(","));
    }

    /** From a join within a session that is known to be kept, until a leave begins or the session was last known to be kept. */
    private static List<Member> certain(History history) {
        var members = new ArrayList<Member>();
        var leaves = history.operations(What.LEAVE);
        var kept = history.holds().stream()
                .filter(hold -> hold.on().equals("of-" + hold.process()))
                .collect(Collectors.groupingBy(Hold::process));
        for (var join : history.operations(What.JOIN)) {
            if (!join.isOk()) {
                continue;
            }
            var id = join.invoke().process();
            for (var session : kept.getOrDefault(id, List.of())) {
                if (session.got() < join.invoke().at() && join.endedAt() < session.seen()) {
                    var left = leaves.stream()
                            .map(Operation::invoke)
                            .filter(leave -> leave.process().equals(id) && leave.at() > join.endedAt())
                            .mapToLong(Event::at)
                            .min()
                            .orElse(History.NEVER);
                    members.add(new Member(id, new Span(join.endedAt(), Math.min(left, session.seen()))));
                }
            }
        }
        return members;
    }
}
