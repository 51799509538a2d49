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

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that happens at a moment of true time; what happens to a process waits while the process is frozen. */
final class Event implements Comparable<Event> {

    private final long at;
    private final long tie;
    private final long number;
    final @Nullable SimProcess owner;
    final String what;
    final @Nullable Actor actor;
    private final Supplier<@Nullable Actor> action;
    private boolean cancelled;

    Event(
            long at,
            long tie,
            long number,
            @Nullable SimProcess owner,
            String what,
            @Nullable Actor actor,
            Supplier<@Nullable Actor> action) {
        this.at = at;
        this.tie = tie;
        this.number = number;
        this.owner = owner;
        this.what = what;
        this.actor = actor;
        this.action = action;
    }

    long at() {
        return at;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Happens, and says which actor goes on because of it. */
    @Nullable
    Actor happen() {
        return action.get();
    }

    Event later(long when, long newTie, long newNumber) {
        return new Event(when, newTie, newNumber, owner, what, actor, action);
    }

    @Override
    public String toString() {
        return what + (owner == null ? "" : " of " + owner) + " at " + Simulation.seconds(at);
    }

    @Override
    public int compareTo(Event other) {
        var byTime = Long.compare(at, other.at);
        var byTie = byTime != 0 ? byTime : Long.compare(tie, other.tie);
        return byTie != 0 ? byTie : Long.compare(number, other.number);
    }
}
