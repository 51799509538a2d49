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

import org.jspecify.annotations.Nullable;

/** A thread of the virtual world: of all actors exactly one runs, until it waits for something. */
final class Actor {

    /** What an actor does. */
    @FunctionalInterface
    interface Body {

        void run() throws Exception;
    }

    final Simulation simulation;
    final @Nullable SimProcess process;
    final int number;
    final boolean mayWait;
    private final String name;
    private final Body body;
    private @Nullable Baton baton;

    // Only a resumption that names the current wait ends it.
    private long waits;
    private String doing = "";
    boolean parked;
    boolean permit;
    boolean interrupted;

    Actor(Simulation simulation, @Nullable SimProcess process, int number, boolean mayWait, String name, Body body) {
        this.simulation = simulation;
        this.process = process;
        this.number = number;
        this.mayWait = mayWait;
        this.name = name;
        this.body = body;
    }

    void run() throws Exception {
        body.run();
    }

    void start(Baton carrier) {
        baton = carrier;
    }

    boolean isStarted() {
        return baton != null;
    }

    Baton baton() {
        var started = baton;
        if (started == null) {
            throw new IllegalStateException(this + " has not started");
        }
        return started;
    }

    long beginWait(String what) {
        doing = what;
        return ++waits;
    }

    long currentWait() {
        return waits;
    }

    boolean isWaitingIn(long wait) {
        return waits == wait;
    }

    void endWait() {
        waits++;
        doing = "";
    }

    @Override
    public String toString() {
        return name + "#" + number + (process == null ? "" : " of " + process) + (doing.isEmpty() ? "" : ", " + doing);
    }
}
