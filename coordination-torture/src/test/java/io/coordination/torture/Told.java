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
import io.coordination.spi.TokenDurability;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A history made by hand, in seconds. */
final class Told {

    static final Promises PROMISES = promises(Duration.ZERO);

    static Promises promises(Duration overlap) {
        return new Promises(
                Set.of(Characteristic.FENCING),
                TokenDurability.DURABLE,
                Duration.ofSeconds(3),
                Duration.ofMillis(250),
                overlap);
    }

    private final List<Event> events = new ArrayList<>();

    static long at(double seconds) {
        return (long) (seconds * 1e9);
    }

    Told add(String process, long op, What what, Type type, double at, String on, long token, String value) {
        events.add(new Event(process, op, what, type, at(at), on, token, value));
        return this;
    }

    /** Asked for and got, exclusively. */
    Told acquired(String process, long op, String on, long token, double asked, double got) {
        return acquired(process, op, on, "EXCLUSIVE", token, asked, got);
    }

    Told acquired(String process, long op, String on, String mode, long token, double asked, double got) {
        return add(process, op, What.ACQUIRE, Type.INVOKE, asked, on, 0, mode + " 1000")
                .add(process, op, What.ACQUIRE, Type.OK, got, on, token, "");
    }

    Told valid(String process, long op, String on, double at) {
        return add(process, op, What.VALID, Type.OK, at, on, 0, "");
    }

    Told released(String process, long op, String on, double begun, double done) {
        return add(process, op, What.RELEASE, Type.INVOKE, begun, on, 0, "")
                .add(process, op, What.RELEASE, Type.OK, done, on, 0, "");
    }

    /** What the judge decided on a write. */
    Told judged(String process, long op, String on, long token, boolean taken, double at) {
        return add("judge", op, What.WRITE, taken ? Type.OK : Type.FAIL, at, on, token, process);
    }

    Told granted(String process, long op, long token, double at) {
        return add(process, op, What.GRANTED, Type.OK, at, Candidate.LEADER, token, "");
    }

    Told revoked(String process, long op, long token, double at) {
        return add(process, op, What.REVOKED, Type.OK, at, Candidate.LEADER, token, "");
    }

    Told fault(String victim, String name, double from, double to) {
        var op = events.size() + 1000L;
        return add("nemesis", op, What.FAULT, Type.INVOKE, from, victim, 0, name)
                .add("nemesis", op, What.FAULT, Type.OK, to, victim, 0, name);
    }

    Told done(String process, long op, What what, double from, double to, String value) {
        return add(process, op, what, Type.INVOKE, from, Candidate.GROUP, 0, "")
                .add(process, op, what, Type.OK, to, Candidate.GROUP, 0, value);
    }

    History history() {
        return new History(events);
    }

    List<String> violations(Check check) {
        return check.violations(history(), PROMISES);
    }
}
