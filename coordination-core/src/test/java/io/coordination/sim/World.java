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

import io.coordination.spi.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A store, a network, and a few members who use it: first while things go wrong, then undisturbed for as long as they may
 * take to come to rest, then one by one to their end. Everything that differs between two worlds comes from the seed.
 */
final class World implements AutoCloseable {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final Duration LEASE = Duration.ofSeconds(2);
    static final long BAD_TIME = 12 * SECOND;

    /** What recovery may take: the lease, the longest pause between two tries to open a session, and the calls. */
    static final long RECOVERY = LEASE.toNanos() + 5 * SECOND + 4 * SimLine.CALL_TIMEOUT;

    static final List<Key> LOCKS = List.of(Key.lock("one"), Key.lock("two"));
    static final Key GROUP = Key.group("group");
    static final Key LEADER = Key.leader("group");

    final Simulation sim;
    final Mix mix;
    final Coverage coverage = new Coverage();
    final History history = new History();
    final SimNetwork network;
    final SimStore store;
    final SimServer server;
    final Holds holds;
    final Resource resource;
    final Laws laws;
    final Duration asked;
    private final List<SimMember> members = new ArrayList<>();
    private int processes;

    World(long seed, Mix mix, Set<Bug> bugs, int keptLines) {
        this.sim = new Simulation(seed, keptLines);
        this.mix = mix;
        this.laws = new Laws(LEASE, sim.chance(0.7), sim.chance(0.8), bugs);
        this.asked = sim.chance(0.2) ? LEASE.multipliedBy(5) : LEASE;
        this.network = new SimNetwork(sim, coverage);
        this.store = new SimStore(sim, network, history, coverage, laws);
        this.server = new SimServer(sim, store, coverage, laws, drift());
        this.holds = new Holds(sim, store, history, coverage, LEASE.toNanos());
        this.resource = new Resource(history, coverage, laws);
        store.watchEnds(holds::givenBack);
        sim.observe(this::look);
    }

    /** Lets it all happen, and checks it. */
    void run() {
        var count = sim.between(2, 4);
        for (var i = 0; i < count; i++) {
            join("m" + i);
        }
        new Nemesis(this).plan();
        sim.runUntil(BAD_TIME);
        heal();
        // The longest that a fault lasts: then the last process is thawed, back, or reachable again.
        sim.runUntil(BAD_TIME + 3 * LEASE.toNanos());
        rest(
                "everybody to be served",
                RECOVERY + 4 * SECOND,
                () -> members.stream().allMatch(SimMember::isDone));
        new Rest(this).check();
        Checks.tokensRise(history.granted).ifPresent(World::wrong);
        Checks.tokensFollow(history.acquired).ifPresent(World::wrong);
        Checks.fenced(history.written).ifPresent(World::wrong);
        holds.checkEnds(2 * SECOND);
    }

    static void wrong(String what) {
        throw new AssertionError(what);
    }

    /** Starts a process, unless one of this member runs. */
    void join(String id) {
        if (open().stream().anyMatch(member -> member.id.equals(id))) {
            return;
        }
        var process = new SimProcess(sim, id + "/" + ++processes, processes, drift());
        process.preempt(0.01, isBadTime() ? 0.02 : 0);
        var member = new SimMember(this, process, id);
        members.add(member);
        member.start();
    }

    /** Within half a percent of true time, so that no two clocks differ by more than the one percent that is allowed for. */
    private int drift() {
        var most = laws.has(Bug.CLOCK_RUNS_WILD) ? 0 : 5_000;
        return laws.has(Bug.CLOCK_RUNS_WILD) && processes > 0 ? -100_000 : (int) sim.between(-most, most);
    }

    boolean isBadTime() {
        return sim.now() < BAD_TIME;
    }

    /** {@return the members whose processes live} */
    List<SimMember> alive() {
        return members.stream().filter(member -> !member.process.isKilled()).toList();
    }

    /** {@return the members who are not on their way out} */
    List<SimMember> open() {
        return alive().stream().filter(member -> !member.isClosing()).toList();
    }

    private void heal() {
        network.degrade(0, 0, 0);
        store.evictInHaste(0);
        for (var member : alive()) {
            member.process.starve(false);
            member.process.preempt(0.01, 0);
        }
    }

    private void look() {
        for (var member : members) {
            member.lookAtLeaderships();
        }
        holds.look();
    }

    /** Waits for something that must come to be within a time. */
    void rest(String what, long within, BooleanSupplier there) {
        var until = sim.now() + within;
        while (!there.getAsBoolean()) {
            if (sim.now() >= until) {
                throw new AssertionError("waited in vain for " + what + "\n" + describe());
            }
            sim.runUntil(Math.min(until, sim.now() + 50 * MILLI));
        }
    }

    String describe() {
        var text = new StringBuilder();
        text.append("actors: ").append(sim.actors()).append('\n');
        text.append("claims: ").append(store.places()).append('\n');
        text.append("sessions: ").append(server.sessions()).append('\n');
        text.append("members: ").append(alive());
        return text.toString();
    }

    @Override
    public void close() {
        sim.close();
    }
}
