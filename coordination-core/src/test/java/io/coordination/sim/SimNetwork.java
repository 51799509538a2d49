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

import java.util.HashSet;
import java.util.Set;

/** Carries messages between the processes and the store: late, out of order, twice, or not at all. */
final class SimNetwork {

    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    private final Simulation sim;
    private final Coverage coverage;
    private final Set<SimProcess> mute = new HashSet<>();
    private final Set<SimProcess> deaf = new HashSet<>();
    private double lost;
    private double doubled;
    private double slow;

    SimNetwork(Simulation sim, Coverage coverage) {
        this.sim = sim;
        this.coverage = coverage;
    }

    /** From now on, messages are lost, doubled and very slow with these probabilities. */
    void degrade(double lost, double doubled, double slow) {
        this.lost = lost;
        this.doubled = doubled;
        this.slow = slow;
    }

    /** Cuts a process off for a time: what it sends, what it is sent, or both. */
    void cut(SimProcess process, boolean up, boolean down, long nanos) {
        sim.note(process, "is cut off" + (up ? " up" : "") + (down ? " down" : ""));
        if (up && mute.add(process)) {
            sim.at(sim.now() + nanos, null, "heal up", () -> mute.remove(process));
        }
        if (down && deaf.add(process)) {
            sim.at(sim.now() + nanos, null, "heal down", () -> deaf.remove(process));
        }
    }

    boolean isMute(SimProcess process) {
        return mute.contains(process);
    }

    /** To the store. */
    void up(SimProcess from, String what, boolean mayDouble, Runnable arrival) {
        if (mute.contains(from) || sim.chance(lost)) {
            coverage.saw(Seen.REQUEST_LOST);
            return;
        }
        sim.at(sim.now() + delay(), null, what, arrival);
        if (mayDouble && sim.chance(doubled)) {
            coverage.saw(Seen.REQUEST_DOUBLED);
            sim.at(sim.now() + delay(), null, what + ", doubled", arrival);
        }
    }

    /** To a process; returns whether it will arrive. */
    boolean down(SimProcess to, String what, Runnable arrival) {
        if (deaf.contains(to) || sim.chance(lost)) {
            return false;
        }
        sim.at(sim.now() + delay(), to, what, arrival);
        return true;
    }

    private long delay() {
        return sim.chance(slow) ? sim.between(0, 4_000 * MILLI) : sim.between(50, 3_000) * MICRO;
    }
}
