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

import io.coordination.Election;
import io.coordination.spi.SessionState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What must be true some time after the last fault, and when all is closed. */
final class Rest {

    private static final long MILLI = World.MILLI;
    private static final long IDLE = 4 * World.SECOND;

    /** What it may take until everybody has heard of a change, after the next renewal should its stream have broken. */
    private static final long NEWS = 1_500 * MILLI;

    private final World world;
    private final Simulation sim;

    Rest(World world) {
        this.world = world;
        this.sim = world.sim;
    }

    void check() {
        world.rest(
                "live sessions",
                World.RECOVERY,
                () -> open().stream().allMatch(member -> member.coordinator().state() == SessionState.LIVE));
        var before = states();
        if (world.mix.groups) {
            checkGroup();
        }
        if (world.mix.elections) {
            checkElection();
            checkResignation();
        }
        if (world.mix.locks) {
            checkHandOver();
        }
        checkIdleness();
        checkLeftovers();
        if (!states().equals(before)) {
            World.wrong("sessions changed without a fault: " + before + ", then " + states());
        }
        open().forEach(member -> Checks.statesFollow(member.states).ifPresent(World::wrong));
        checkEnd();
    }

    private List<List<SessionState>> states() {
        return open().stream().map(member -> List.copyOf(member.states)).toList();
    }

    private List<SimMember> open() {
        return world.open();
    }

    private void checkGroup() {
        world.rest(
                "the members who joined, and nobody else",
                World.RECOVERY,
                () -> world.store.seats(World.GROUP).equals(joined()));
        sim.runUntil(sim.now() + NEWS);
        var joined = joined();
        var all = open();
        var keys = IntStream.range(0, 40).mapToObj(i -> "key" + i).toList();
        for (var member : all) {
            var group = member.group();
            Checks.replays(group.heard, joined).ifPresent(wrong -> World.wrong(member + ": " + wrong));
            var ring = group.partitioner().ring();
            if (!ring.members().equals(joined)) {
                World.wrong(member + " shares work out over " + ring.members() + " instead of " + joined);
            }
        }
        for (var key : keys) {
            var owners = all.stream()
                    .filter(member -> member.group().partitioner().owns(key))
                    .map(member -> member.id)
                    .toList();
            var named = all.stream()
                    .map(member -> member.group().partitioner().owner(key).orElse(""))
                    .distinct()
                    .toList();
            if (!joined.isEmpty() && (owners.size() != 1 || !owners.equals(named))) {
                World.wrong(key + " is owned by " + owners + ", said to be owned by " + named);
            }
        }
        each("ask for the members", member -> {
            var seen = new HashSet<String>();
            for (var found : member.group().members()) {
                seen.add(found.id());
                var itself =
                        all.stream().filter(one -> one.id.equals(found.id())).findFirst();
                if (itself.isPresent() && !itself.get().group().possible.contains(GroupWork.version(found))) {
                    World.wrong(member + " sees version " + GroupWork.version(found) + " of " + found.id()
                            + ", which can only have " + itself.get().group().possible);
                }
            }
            if (!seen.equals(joined)) {
                World.wrong(member + " sees " + seen + " instead of " + joined);
            }
        });
    }

    private Set<String> joined() {
        return open().stream()
                .filter(member -> member.group().isJoined())
                .map(member -> member.id)
                .collect(Collectors.toSet());
    }

    private void checkElection() {
        var candidates =
                open().stream().flatMap(member -> member.candidates.stream()).toList();
        if (candidates.isEmpty()) {
            return;
        }
        world.rest(
                "one leader",
                World.RECOVERY,
                () -> candidates.stream()
                                .filter(candidate ->
                                        candidate.current().election.isLeader())
                                .count()
                        == 1);
        sim.runUntil(sim.now() + NEWS);
        var leader = candidates.stream()
                .filter(candidate -> candidate.current().election.isLeader())
                .findFirst()
                .orElseThrow();
        var token = leader.current().election.lease().orElseThrow().token();
        var since = world.history.grantedAt(World.LEADER, token);
        for (var candidate : candidates) {
            for (var stood : candidate.candidacies) {
                Checks.inTurns(stood.heard).ifPresent(World::wrong);
                var heard = !stood.heard.isEmpty()
                        && stood.heard.get(stood.heard.size() - 1).granted();
                if (stood.listens && heard != stood.election.isLeader()) {
                    World.wrong(stood.election + " told its listener otherwise: " + stood.heard);
                }
            }
            var told = candidate.current().leader;
            var mustKnow = told != null || candidate.current().listensSince < since;
            if (mustKnow && (told == null || told.isEmpty() || told.get().token() != token)) {
                World.wrong("the leader has token " + token + ", but a listener was told of " + told);
            }
        }
        each("ask for the leader", member -> {
            for (var candidate : member.candidates) {
                var found = candidate.current().election.leader();
                if (found.isEmpty() || found.get().token() != token) {
                    World.wrong(member + " takes " + found + " for the leader, which has token " + token);
                }
            }
        });
    }

    /** Who leads resigns, and another leads without delay. */
    private void checkResignation() {
        var candidates = open().stream()
                .flatMap(member -> member.candidates.stream())
                .map(candidate -> candidate.current().election)
                .toList();
        each("resign", member -> {
            for (var candidate : member.candidates) {
                candidate.current().election.resign();
            }
        });
        world.rest(
                "the next leader",
                World.LEASE.toNanos() / 2,
                () -> candidates.stream().anyMatch(Election::isLeader));
    }

    /** Everybody wants the same lock: it goes from one to the next without delay. */
    private void checkHandOver() {
        world.rest(
                "the locks to be free",
                3 * World.SECOND,
                () -> world.store.places().stream().noneMatch(place -> World.LOCKS.contains(place.key)));
        var began = sim.now();
        each("hand a lock on", member -> {
            var lease = member.coordinator().lock("one").acquire();
            var hold = world.holds.begin(lease, World.LOCKS.get(0), member.process, false);
            member.process.sleep(10 * MILLI);
            if (!lease.release()) {
                World.wrong(hold + " was lost without a fault");
            }
        });
        var each = world.laws.notifies() ? 100 : 500;
        if (sim.now() - began > open().size() * each * MILLI + World.SECOND) {
            World.wrong("handing a lock on took " + Simulation.seconds(sim.now() - began));
        }
    }

    /** An idle member costs its renewals, and looking now and then where the store does not tell. */
    private void checkIdleness() {
        sim.runUntil(sim.now() + IDLE);
        var before = world.server.requests();
        sim.runUntil(sim.now() + IDLE);
        var asked = world.server.requests() - before;
        var renewals = 10;
        var looks = 3 * IDLE / (150 * MILLI);
        var most = open().size() * (renewals + (world.laws.notifies() ? 4 : looks));
        if (asked > most) {
            World.wrong(open().size() + " idle members asked the store " + asked + " times in "
                    + Simulation.seconds(IDLE) + ", more than " + most);
        }
        for (var member : open()) {
            if (member.process.timers() > 60) {
                World.wrong(member + " has " + member.process.timers() + " timers set");
            }
        }
    }

    private void checkLeftovers() {
        for (var member : open()) {
            var left = Innards.leftovers(member.coordinator());
            if (!left.isEmpty()) {
                World.wrong(member + " has left " + left);
            }
        }
        var candidates =
                open().stream().mapToInt(member -> member.candidates.size()).sum();
        if (world.store.places().size() != candidates) {
            World.wrong("claims are left: " + world.store.places() + ", of " + candidates + " candidates");
        }
    }

    /** Closing gives all back at once, and nothing goes on. */
    private void checkEnd() {
        world.alive().forEach(SimMember::close);
        world.rest(
                "all to be closed",
                4 * World.SECOND,
                () -> world.alive().stream().allMatch(SimMember::isDone));
        if (!world.server.sessions().isEmpty() || !world.store.places().isEmpty()) {
            World.wrong("closed, but left " + world.server.sessions() + " and " + world.store.places());
        }
        sim.runUntil(sim.now() + 60 * World.SECOND);
        if (!sim.pending().isEmpty()) {
            World.wrong("goes on after all was closed: " + sim.pending());
        }
        if (!sim.actors().isEmpty()) {
            World.wrong("still waiting: " + sim.actors());
        }
    }

    private interface Task {

        void run(SimMember member) throws Exception;
    }

    private void each(String what, Task task) {
        open().forEach(member -> member.work(what, () -> task.run(member)));
        world.rest("all to " + what, 10 * World.SECOND, () -> open().stream().allMatch(SimMember::isDone));
    }
}
