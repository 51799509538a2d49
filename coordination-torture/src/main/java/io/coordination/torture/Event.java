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

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened, one line of a history.
 *
 * @param process who did it: a worker with its number of lives, as {@code w2.3}; {@code judge} or {@code nemesis}
 * @param op tells the operations of a process apart; what happens to a hold has the number of the operation that took it
 * @param what the operation
 * @param type how far it is
 * @param at by the monotonic clock, which all processes of a machine share
 * @param on the lock, group or part of the work; the victim of a fault
 * @param token the fencing token, 0 where there is none
 * @param value whatever else belongs to it
 */
record Event(String process, long op, What what, Type type, long at, String on, long token, String value) {

    /** The operations. */
    enum What {
        /** A process is born, and says what its store promises. */
        START,
        /** A lock is asked for; the value is the mode and the patience in milliseconds. */
        ACQUIRE,
        /** A hold was seen to be valid at this time, last of all when it is followed by another event of the hold. */
        VALID,
        /** The holder was told of the loss. */
        LOST,
        RELEASE,
        /** The resource behind a lock is written to; in the judge's own history, what it decided on. */
        WRITE,
        CAMPAIGN,
        /** Leadership was granted to the listener. */
        GRANTED,
        /** The listener was told of the end of leadership. */
        REVOKED,
        RESIGN,
        JOIN,
        LEAVE,
        UPDATE,
        /** The members of a group were read; the value is their ids. */
        MEMBERS,
        /** A watcher heard of a member, who is the value. */
        JOINED,
        LEFT,
        UPDATED,
        /** A part of the work was seen to be owned, from {@code INVOKE} to {@code OK}. */
        OWN,
        /** The session's state, as the listener heard it. */
        STATE,
        /** After all faults: a lock is free, a leader is there, a part has this owner. */
        PROBE,
        /** A fault, from {@code INVOKE} to {@code OK}; the value is its name. */
        FAULT,
        /** Nobody caught an exception. */
        UNHANDLED,
        /** The coordinator was closed; the value is what is left of it in the process. */
        CLOSED
    }

    /** How far an operation is. */
    enum Type {
        INVOKE,
        OK,
        /** It did not take effect. */
        FAIL,
        /** Nobody knows whether it took effect. */
        INFO
    }

    String line() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("p", process);
        fields.put("k", op);
        fields.put("f", what.name());
        fields.put("t", type.name());
        fields.put("ns", at);
        fields.put("on", on);
        fields.put("tok", token);
        fields.put("val", value);
        return Json.write(fields);
    }

    static Event of(String line) {
        var fields = Json.read(line);
        return new Event(
                text(fields, "p"),
                number(fields, "k"),
                What.valueOf(text(fields, "f")),
                Type.valueOf(text(fields, "t")),
                number(fields, "ns"),
                text(fields, "on"),
                number(fields, "tok"),
                text(fields, "val"));
    }

    private static String text(Map<String, Object> fields, String name) {
        return String.valueOf(fields.get(name));
    }

    private static long number(Map<String, Object> fields, String name) {
        if (fields.get(name) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("no number '" + name + "' in " + fields);
    }

    @Override
    public String toString() {
        return line();
    }
}
