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
package io.coordination.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A number that stands for all that has happened, and the last lines of it for people. */
final class Trace {

    private final int kept;
    private final Deque<String> lines = new ArrayDeque<>();
    private long hash;

    Trace(int kept) {
        this.kept = kept;
    }

    /** The detail is for people and does not count: it is only asked for where lines are kept. */
    void add(long at, @Nullable SimProcess who, String what, Supplier<String> detail) {
        hash = mix(hash ^ at) ^ mix(what.hashCode() + 31L * (who == null ? 0 : who.number()));
        if (kept > 0) {
            lines.add(Simulation.seconds(at) + " " + (who == null ? "" : who + " ") + what + " " + detail.get());
            if (lines.size() > kept) {
                lines.remove();
            }
        }
    }

    long hash() {
        return hash;
    }

    static long mix(long bits) {
        var mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
