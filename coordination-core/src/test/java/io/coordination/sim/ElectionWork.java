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

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.Lease;
import io.coordination.spi.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stands for election, resigns now and then, stands down and stands again. */
final class ElectionWork {

    /** One candidacy: an election object until it is closed, and what its listener heard. */
    static final class Candidacy implements ElectionListener {

        final Election election;
        final List<Checks.Heard> heard = new ArrayList<>();
        /** What it was told last; null while nothing has changed since it registered. */
        @Nullable
        Optional<Holder> leader;

        /** Who does not listen, does not watch who leads, and only hears of its own turn. */
        final boolean listens;

        long listensSince = Long.MAX_VALUE;
        private final Simulation sim;

        Candidacy(Election election, Simulation sim) {
            this.election = election;
            this.sim = sim;
            this.listens = sim.chance(0.7);
        }

        @Override
        public void granted(Lease lease) {
            heard.add(new Checks.Heard(true, lease.token()));
        }

        @Override
        public void revoked(Lease lease) {
            heard.add(new Checks.Heard(false, lease.token()));
            if (lease.isValid()) {
                sim.fail(new AssertionError("revoked, but valid: " + lease));
            }
        }

        @Override
        public void leaderChanged(Optional<Holder> now) {
            leader = now;
        }
    }

    private final World world;
    private final Simulation sim;
    private final SimMember member;
    private final SimProcess process;
    private final Coordinator coordinator;
    final List<Candidacy> candidacies = new ArrayList<>();
    private @Nullable Candidacy current;

    ElectionWork(SimMember member, Coordinator coordinator) {
        this.world = member.world;
        this.sim = world.sim;
        this.member = member;
        this.process = member.process;
        this.coordinator = coordinator;
    }

    void run() {
        var stands = stand();
        while (world.isBadTime() && !member.isClosing()) {
            process.sleep(sim.between(100, 1500) * World.MILLI);
            try {
                switch ((int) sim.between(0, 9)) {
                    case 0, 1 -> stands.election.resign();
                    case 2 -> {
                        stands.election.close();
                        process.sleep(sim.between(0, 500) * World.MILLI);
                        stands = stand();
                    }
                    case 3, 4, 5 -> stands.election.leader();
                    default -> {}
                }
            } catch (CoordinationException unknown) {
                world.coverage.saw(Seen.OUTCOME_UNKNOWN);
            }
        }
    }

    private Candidacy stand() {
        var stands = new Candidacy(coordinator.election(World.LEADER.name()), sim);
        candidacies.add(stands);
        current = stands;
        while (stands.listens && stands.listensSince == Long.MAX_VALUE) {
            try {
                stands.election.listen(stands);
                stands.listensSince = sim.now();
            } catch (CoordinationException notYet) {
                process.sleep(sim.between(50, 300) * World.MILLI);
            }
        }
        stands.election.campaign();
        return stands;
    }

    Candidacy current() {
        var stands = current;
        if (stands == null) {
            throw new IllegalStateException("not standing yet");
        }
        return stands;
    }

    /** The leadership of this instant is looked at like every other lease. */
    void look() {
        for (var stands : candidacies) {
            stands.election
                    .lease()
                    .filter(lease -> world.holds.of(lease) == null)
                    .ifPresent(lease -> {
                        world.coverage.saw(Seen.LEADER_CHANGED);
                        if (world.history.evictedAt(World.LEADER, lease.token()) == Long.MAX_VALUE) {
                            world.history.acquired(World.LEADER, lease.token(), sim.now(), sim.now());
                        }
                        world.holds.begin(lease, World.LEADER, process, false);
                    });
        }
    }
}
