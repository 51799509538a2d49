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

import io.coordination.spi.Characteristic;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import io.coordination.torture.History.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Nobody waits longer than he wants to. A lock that somebody waits for does not stay free for longer than a dead member may
 * be waited for, and a group that somebody wants to lead has a leader again as soon. After all faults all goes well.
 */
final class Progress {

    private static final long CALL = Duration.ofSeconds(3).toNanos();

    /** What a slow machine may add. */
    private static final long SLOWNESS = Duration.ofSeconds(2).toNanos();

    private Progress() {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        history.all(What.PROBE)
                .filter(probe -> probe.type() == Type.FAIL || probe.type() == Type.INFO)
                .forEach(probe -> violations.add("after all faults: " + probe));
        for (var acquire : history.operations(What.ACQUIRE)) {
            var patience = TimeUnit.MILLISECONDS.toNanos(
                    Long.parseLong(acquire.invoke().value().split(" ")[1]));
            var span = new Span(acquire.invoke().at(), acquire.endedAt());
            if (acquire.end() != null
                    && span.length() - troubled(history, acquire.invoke().process(), span) > patience + CALL) {
                violations.add("took " + Duration.ofNanos(span.length()) + ": " + acquire);
            }
        }
        for (var name : List.of("one", "two")) {
            for (var free : idle(history, promises, name)) {
                if (free.length() > promises.expiry().plus(promises.poll()).toNanos() + SLOWNESS) {
                    violations.add(name + " was waited for, but free for " + Duration.ofNanos(free.length()) + " from "
                            + free.from());
                }
            }
        }
        var leaderless = leaderless(history, promises);
        if (leaderless > promises.patience()) {
            violations.add("nobody led for " + Duration.ofNanos(leaderless));
        }
        return violations;
    }

    private static long troubled(History history, String process, Span span) {
        return history.faults(process).stream().mapToLong(span::shared).sum()
                + history.faults(Fault.SERVER).stream().mapToLong(span::shared).sum();
    }

    /** When a lock was surely not held although a well member waited for it, and the servers were well. */
    private static List<Span> idle(History history, Promises promises, String name) {
        var expiry = promises.expiry().toNanos();
        var busy = new ArrayList<Span>();
        for (var hold : history.holds()) {
            if (hold.on().equals(name)) {
                var ended = hold.released() != History.NEVER ? hold.released() : later(hold.seen(), expiry);
                busy.add(new Span(hold.asked(), ended));
            }
        }
        history.faults(Fault.SERVER).forEach(fault -> busy.add(new Span(fault.from(), later(fault.to(), expiry))));
        var idle = new ArrayList<Span>();
        for (var acquire : history.operations(What.ACQUIRE)) {
            var process = acquire.invoke().process();
            if (acquire.invoke().on().equals(name)) {
                var end = Math.min(acquire.endedAt(), history.endOf(process));
                var ill = history.faults(process).stream()
                        .map(fault -> new Span(fault.from(), later(fault.to(), expiry)))
                        .toList();
                without(new Span(acquire.invoke().at(), end), ill).forEach(well -> idle.addAll(without(well, busy)));
            }
        }
        return idle;
    }

    private static long later(long at, long by) {
        return at == History.NEVER ? at : at + by;
    }

    private static List<Span> without(Span whole, List<Span> taken) {
        var rest = new ArrayList<Span>();
        var from = whole.from();
        for (var span : taken.stream()
                .filter(whole::meets)
                .sorted(Comparator.comparingLong(Span::from))
                .toList()) {
            if (span.from() > from) {
                rest.add(new Span(from, span.from()));
            }
            from = Math.max(from, span.to());
        }
        if (from < whole.to()) {
            rest.add(new Span(from, whole.to()));
        }
        return rest;
    }

    /**
     * For how long at most nobody led, without the time in which the servers were in trouble. Where holds do not time out,
     * whoever holds or is next is waited for, so without the time in which a member could not run either.
     */
    static long leaderless(History history, Promises promises) {
        var longest = 0L;
        var from = history.all(What.CAMPAIGN).mapToLong(Event::at).min().orElse(History.NEVER);
        for (var hold : history.holds()) {
            if (hold.isLeadership()) {
                if (hold.got() > from) {
                    var span = new Span(from, hold.got());
                    longest = Math.max(
                            longest, span.length() - 2 * troubled(history, "", span) - waited(history, promises, span));
                }
                from = Math.max(from, hold.seen());
            }
        }
        return longest;
    }

    private static long waited(History history, Promises promises, Span span) {
        return promises.has(Characteristic.NON_TIMEOUT_BASED)
                ? history.members().stream()
                        .mapToLong(member -> history.faults(member).stream()
                                .mapToLong(span::shared)
                                .sum())
                        .max()
                        .orElse(0)
                : 0;
    }
}
