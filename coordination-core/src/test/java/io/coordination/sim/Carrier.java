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

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A real thread that carries one actor after the other; pooled, as thousands of simulations need a dozen each. */
final class Carrier extends Thread {

    private static final Queue<Carrier> IDLE = new ConcurrentLinkedQueue<>();

    private final Baton baton = new Baton(this);
    private @Nullable Actor actor;
    private @Nullable Simulation simulation;

    private Carrier() {
        super("simulated");
        setDaemon(true);
    }

    static Carrier take() {
        var idle = IDLE.poll();
        if (idle != null) {
            return idle;
        }
        var made = new Carrier();
        made.start();
        return made;
    }

    /** The caller's simulation must not use it any more. */
    void giveBack() {
        IDLE.add(this);
    }

    void load(Actor next) {
        actor = next;
        simulation = next.simulation;
    }

    /** {@return the simulation that uses this thread, or used it last} */
    @Nullable
    Simulation simulation() {
        return simulation;
    }

    void unload() {
        actor = null;
    }

    /** {@return the actor that this thread carries} */
    @Nullable
    Actor actor() {
        return actor;
    }

    Baton baton() {
        return baton;
    }

    @Override
    public void run() {
        baton.await();
        while (true) {
            var carried = actor;
            if (carried == null) {
                throw new IllegalStateException("nothing to carry");
            }
            var next = carried.simulation.live(carried, this);
            if (next.baton() != baton) {
                next.baton().pass();
                baton.await();
            }
        }
    }
}
