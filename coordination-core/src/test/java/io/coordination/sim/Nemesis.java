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

import java.util.List;

/** Makes things go wrong while the bad time lasts. */
final class Nemesis {

    private static final long T = World.LEASE.toNanos();

    private final World world;
    private final Simulation sim;

    Nemesis(World world) {
        this.world = world;
        this.sim = world.sim;
    }

    void plan() {
        var faults = sim.oneOf(List.of(0, 3, 8, 16));
        if (faults > 0 || sim.chance(0.5)) {
            world.network.degrade(
                    sim.oneOf(List.of(0.0, 0.01, 0.08)),
                    sim.oneOf(List.of(0.0, 0.1)),
                    sim.oneOf(List.of(0.0, 0.02, 0.1)));
        }
        world.store.evictInHaste(faults > 0 && sim.chance(0.1) ? 0.2 : 0);
        for (var i = 0; i < faults; i++) {
            sim.at(sim.between(World.SECOND / 2, World.BAD_TIME - World.SECOND), null, "nemesis", this::strike);
        }
    }

    private void strike() {
        var alive = world.alive();
        if (alive.isEmpty()) {
            return;
        }
        var victim = sim.oneOf(alive);
        var process = victim.process;
        switch ((int) sim.between(0, 13)) {
            case 0, 1 -> freeze(process);
            case 2 -> {
                if (world.holds.isAnyHeldBy(process)) {
                    world.coverage.saw(Seen.MACHINE_SLEPT_WHILE_IT_HELD);
                }
                process.freeze(sim.between(T / 10, 2 * T), true);
            }
            case 3, 4 -> world.network.cut(process, true, true, sim.between(T / 4, 2 * T));
            case 5 -> world.network.cut(process, sim.chance(0.5), sim.chance(0.5), sim.between(T / 4, 2 * T));
            case 6 -> world.server.restart(sim.between(T / 5, 2 * T));
            case 7 -> world.server.breakStream(process);
            case 8 -> {
                world.coverage.saw(Seen.WALL_CLOCK_JUMPED);
                world.holds.jumped();
                process.jump(sim.oneOf(List.of(-60_000L, -700L, 700L, 60_000L)));
            }
            case 9 -> kill(victim);
            case 10 -> world.store.evict(sim.oneOf(List.of(World.LOCKS.get(0), World.LOCKS.get(1), World.LEADER)));
            case 11 -> {
                if (!victim.workers.isEmpty() && world.mix.locks) {
                    process.interrupt(sim.oneOf(victim.workers));
                }
            }
            case 12 -> {
                process.starve(true);
                sim.at(sim.now() + sim.between(T / 4, T), null, "fed", () -> process.starve(false));
            }
            default -> {
                victim.close();
                sim.at(sim.now() + sim.between(0, T), null, "opened anew", () -> world.join(victim.id));
            }
        }
    }

    private void freeze(SimProcess process) {
        var factor = sim.oneOf(List.of(1, 3, 6));
        if (factor > 1 && world.holds.isAnyHeldBy(process)) {
            world.coverage.saw(Seen.FROZEN_LONGER_THAN_THE_LEASE_WHILE_IT_HELD);
        }
        process.freeze(factor * T / 2, false);
    }

    private void kill(SimMember victim) {
        if (world.holds.isAnyHeldBy(victim.process)) {
            world.coverage.saw(Seen.PROCESS_KILLED_WHILE_IT_HELD);
        }
        victim.process.kill();
        sim.at(sim.now() + sim.between(0, T), null, "started anew", () -> world.join(victim.id));
    }
}
