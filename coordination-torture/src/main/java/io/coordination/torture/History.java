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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened in a run, in the order of the machine's monotonic clock. */
final class History {

    /** The time of what never came. */
    static final long NEVER = Long.MAX_VALUE;

    private final List<Event> events;
    private final Map<What, List<Operation>> operations = new EnumMap<>(What.class);
    private final Map<String, List<Span>> faults = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>();

    History(List<Event> events) {
        this.events =
                events.stream().sorted(Comparator.comparingLong(Event::at)).toList();
    }

    /** All histories of a directory. What a killed process wrote last may be cut off. */
    static History read(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return new History(files.filter(file -> file.toString().endsWith(".jsonl"))
                    .flatMap(History::lines)
                    .toList());
        }
    }

    private static Stream<Event> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.endsWith("}"))
                    .map(Event::of);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    List<Event> events() {
        return events;
    }

    Stream<Event> all(What what) {
        return events.stream().filter(event -> event.what() == what);
    }

    /**
     * A hold of a lock, or a leadership.
     *
     * @param process who had it
     * @param op its operation
     * @param on what was held
     * @param mode how; leadership is exclusive
     * @param token the token
     * @param asked when it was asked for; of leadership nobody knows, so it is when it was granted
     * @param got when the process had it
     * @param seen when it was last seen to be valid
     * @param releasing when its release began, {@link #NEVER} when it did not
     * @param released when the store had confirmed the release, {@link #NEVER} when it did not
     * @param told when its loss was told, {@link #NEVER} when it was not
     */
    record Hold(
            String process,
            long op,
            String on,
            String mode,
            long token,
            long asked,
            long got,
            long seen,
            long releasing,
            long released,
            long told) {

        boolean isLeadership() {
            return on.equals(Candidate.LEADER);
        }

        boolean isExclusive() {
            return mode.equals("EXCLUSIVE");
        }

        @Override
        public String toString() {
            return process + "/" + op + " held " + on + " " + mode + " with token " + token + " from " + got + " to "
                    + seen;
        }
    }

    private record Id(String process, long op) {}

    /** All holds by the time at which their processes had them. */
    List<Hold> holds() {
        var byOp = new HashMap<Id, List<Event>>();
        for (var event : events) {
            if (event.op() != 0 && !event.process().equals("judge")) {
                byOp.computeIfAbsent(new Id(event.process(), event.op()), first -> new ArrayList<>())
                        .add(event);
            }
        }
        return byOp.values().stream()
                .map(History::hold)
                .filter(hold -> hold != null)
                .sorted(Comparator.comparingLong(Hold::got))
                .toList();
    }

    private static @Nullable Hold hold(List<Event> ofOp) {
        var grant = find(
                ofOp,
                event -> event.type() == Type.OK && (event.what() == What.ACQUIRE || event.what() == What.GRANTED));
        if (grant == null) {
            return null;
        }
        var asked = find(ofOp, event -> event.what() == What.ACQUIRE && event.type() == Type.INVOKE);
        var seen = ofOp.stream()
                .filter(event -> event.what() == What.VALID)
                .mapToLong(Event::at)
                .max()
                .orElse(grant.at());
        return new Hold(
                grant.process(),
                grant.op(),
                grant.on(),
                asked == null ? "EXCLUSIVE" : asked.value().split(" ")[0],
                grant.token(),
                asked == null ? grant.at() : asked.at(),
                grant.at(),
                seen,
                at(find(ofOp, event -> event.what() == What.RELEASE && event.type() == Type.INVOKE)),
                at(find(ofOp, event -> event.what() == What.RELEASE && event.type() == Type.OK)),
                at(find(ofOp, event -> event.what() == What.LOST || event.what() == What.REVOKED)));
    }

    private static @Nullable Event find(List<Event> events, Predicate<Event> wanted) {
        return events.stream().filter(wanted).findFirst().orElse(null);
    }

    private static long at(@Nullable Event event) {
        return event == null ? NEVER : event.at();
    }

    /**
     * An operation that was begun.
     *
     * @param invoke its beginning
     * @param end its end, null when there was none
     */
    record Operation(Event invoke, @Nullable Event end) {

        long endedAt() {
            return at(end);
        }

        boolean isOk() {
            return end != null && end.type() == Type.OK;
        }
    }

    /** All operations of a kind by their beginnings. */
    List<Operation> operations(What what) {
        return operations.computeIfAbsent(what, this::findOperations);
    }

    private List<Operation> findOperations(What what) {
        Map<Id, Event> ends = new HashMap<>();
        all(what)
                .filter(event -> event.type() != Type.INVOKE)
                .forEach(event -> ends.put(new Id(event.process(), event.op()), event));
        return all(what)
                .filter(event -> event.type() == Type.INVOKE)
                .map(event -> new Operation(event, ends.get(new Id(event.process(), event.op()))))
                .toList();
    }

    /**
     * A while.
     *
     * @param from its beginning
     * @param to its end
     */
    record Span(long from, long to) {

        long length() {
            return Math.max(0, to - from);
        }

        boolean meets(Span other) {
            return from < other.to && other.from < to;
        }

        long shared(Span other) {
            return Math.max(0, Math.min(to, other.to) - Math.max(from, other.from));
        }
    }

    /** When a process, or the servers, suffered from faults; no two of these meet. */
    List<Span> faults(String victim) {
        return faults.computeIfAbsent(victim, this::findFaults);
    }

    private List<Span> findFaults(String victim) {
        var spans = new ArrayDeque<Span>();
        for (var fault : operations(What.FAULT)) {
            if (fault.invoke().on().equals(victim)) {
                var span = new Span(fault.invoke().at(), fault.endedAt());
                var last = spans.peekLast();
                if (last != null && span.from() <= last.to()) {
                    span = new Span(last.from(), Math.max(last.to(), span.to()));
                    spans.removeLast();
                }
                spans.add(span);
            }
        }
        return List.copyOf(spans);
    }

    /** All processes that were born. */
    List<String> members() {
        return all(What.START).map(Event::process).toList();
    }

    /** When a process was closed or surely killed, {@link #NEVER} when it was neither. */
    long endOf(String process) {
        return ends.computeIfAbsent(process, this::findEnd);
    }

    private long findEnd(String process) {
        return all(What.CLOSED)
                .filter(event -> event.process().equals(process) || event.on().equals(process))
                .mapToLong(Event::at)
                .min()
                .orElse(NEVER);
    }
}
