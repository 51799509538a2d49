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
import io.coordination.Group;
import io.coordination.GroupListener;
import io.coordination.GroupNotCreatedException;
import io.coordination.Member;
import io.coordination.MemberAlreadyExistsException;
import io.coordination.MemberNotJoinedException;
import io.coordination.Partitioner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Joins a group, leaves it, changes its capabilities, watches who else does, and shares work out over it. */
final class GroupWork implements GroupListener {

    private static final String VERSION = "version";

    private final World world;
    private final Simulation sim;
    private final SimMember member;
    private final SimProcess process;
    private final Coordinator coordinator;
    private final Group group;
    final List<Checks.Change> heard = new ArrayList<>();
    /** The versions of its capabilities that the others may see. */
    final Set<Long> possible = new HashSet<>();

    private @Nullable Partitioner partitioner;
    private long version;

    GroupWork(SimMember member, Coordinator coordinator) {
        this.world = member.world;
        this.sim = world.sim;
        this.member = member;
        this.process = member.process;
        this.coordinator = coordinator;
        this.group = coordinator.group(World.GROUP.name());
    }

    void run() {
        until(() -> {
            partitioner = coordinator.partitioner(World.GROUP.name());
            return true;
        });
        until(() -> group.watch(this) != null);
        while (world.isBadTime() && !member.isClosing()) {
            process.sleep(sim.between(50, 1000) * World.MILLI);
            attempt(() -> {
                switch ((int) sim.between(0, 5)) {
                    case 0 -> leave();
                    case 1 -> update();
                    case 2 -> group.members();
                    default -> join();
                }
                return true;
            });
        }
        var stays = sim.chance(0.8);
        until(() -> {
            if (stays) {
                join();
            } else {
                leave();
            }
            return isJoined() == stays;
        });
    }

    private void join() {
        if (!group.isJoined()) {
            var joins = ++version;
            possible.add(joins);
            group.join(Map.of(VERSION, joins));
            confirmed(joins);
        }
    }

    private void update() {
        if (group.isJoined()) {
            var updates = ++version;
            possible.add(updates);
            group.update(Map.of(VERSION, updates));
            confirmed(updates);
        }
    }

    private void leave() {
        if (group.isJoined()) {
            group.leave();
        }
    }

    private void confirmed(long now) {
        possible.clear();
        possible.add(now);
    }

    private void until(BooleanSupplier attempt) {
        while (!member.isClosing() && !attempt(attempt)) {
            process.sleep(sim.between(50, 300) * World.MILLI);
        }
    }

    private boolean attempt(BooleanSupplier attempt) {
        try {
            return attempt.getAsBoolean();
        } catch (MemberAlreadyExistsException | MemberNotJoinedException answer) {
            world.coverage.saw(Seen.MEMBER_EXISTED);
        } catch (CoordinationException unknown) {
            world.coverage.saw(Seen.OUTCOME_UNKNOWN);
        }
        return false;
    }

    boolean isJoined() {
        return group.isJoined();
    }

    List<Member> members() {
        try {
            return group.members();
        } catch (GroupNotCreatedException nobodyEverJoined) {
            return List.of();
        }
    }

    static long version(Member member) {
        return member.capabilities().get(VERSION) instanceof Number number ? number.longValue() : -1;
    }

    Partitioner partitioner() {
        var made = partitioner;
        if (made == null) {
            throw new IllegalStateException("no partitioner yet");
        }
        return made;
    }

    @Override
    public void joined(Member who) {
        heard.add(new Checks.Change(who.id(), Checks.Change.What.JOINED));
    }

    @Override
    public void left(Member who) {
        heard.add(new Checks.Change(who.id(), Checks.Change.What.LEFT));
    }

    @Override
    public void updated(Member before, Member now) {
        heard.add(new Checks.Change(now.id(), Checks.Change.What.UPDATED));
    }
}
