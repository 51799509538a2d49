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
import io.coordination.spi.Key;
import io.coordination.spi.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One process and its coordinator, opened again when it was closed; and what runs on it. */
final class SimMember {

    /** How many actors of this process use a lock, and until when there were two of them. */
    private static final class Use {

        private int users;
        private long crowdedUntil = -1;
    }

    final World world;
    final SimProcess process;
    final String id;
    final List<Actor> workers = new ArrayList<>();
    final List<SessionState> states = new ArrayList<>();
    final List<ElectionWork> candidates = new ArrayList<>();
    private final Map<Key, Use> uses = new HashMap<>();
    private @Nullable GroupWork group;
    private @Nullable Coordinator coordinator;
    private boolean closing;
    private int working;

    SimMember(World world, SimProcess process, String id) {
        this.world = world;
        this.process = process;
        this.id = id;
    }

    void start() {
        working++;
        process.spawn("main", () -> {
            open();
            working--;
        });
    }

    private void open() {
        var driver = new SimDriver(process, world.server, world.network, world.coverage, world.laws);
        while (coordinator == null) {
            try {
                var opened = Coordinator.builder()
                        .url("sim://store")
                        .driver(driver)
                        .memberId(id)
                        .sessionTimeout(world.asked)
                        .pollInterval(Duration.ofMillis(250))
                        .clock(process)
                        .threads(process, process)
                        .open();
                opened.onStateChange(states::add);
                coordinator = opened;
            } catch (CoordinationException notYet) {
                process.sleep(world.sim.between(50, 300) * World.MILLI);
            }
        }
        if (world.mix.locks) {
            for (var i = world.sim.between(1, 3); i > 0; i--) {
                work("locker", new LockWork(this)::run);
            }
        }
        if (world.mix.elections) {
            var candidate = new ElectionWork(this, coordinator);
            candidates.add(candidate);
            work("candidate", candidate::run);
        }
        if (world.mix.groups) {
            var joiner = new GroupWork(this, coordinator);
            group = joiner;
            work("joiner", joiner::run);
        }
    }

    void work(String name, Actor.Body body) {
        working++;
        workers.add(process.spawn(name, () -> {
            try {
                body.run();
            } catch (IllegalStateException closed) {
                if (!closing) {
                    throw closed;
                }
                world.coverage.saw(Seen.CLOSED_WHILE_IN_USE);
            }
            working--;
        }));
    }

    /** Closes the coordinator, whoever uses it. */
    void close() {
        if (coordinator != null && !closing) {
            closing = true;
            working++;
            process.spawn("closer", () -> {
                coordinator().close();
                working--;
            });
        }
    }

    GroupWork group() {
        var made = group;
        if (made == null) {
            throw new IllegalStateException(id + " has nothing to do with groups");
        }
        return made;
    }

    Coordinator coordinator() {
        var opened = coordinator;
        if (opened == null) {
            throw new IllegalStateException(id + " has not been opened");
        }
        return opened;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isDone() {
        return working == 0 || process.isKilled();
    }

    void lookAtLeaderships() {
        if (!process.isKilled()) {
            for (var candidate : candidates) {
                candidate.look();
            }
        }
    }

    void enter(Key key) {
        var use = uses.computeIfAbsent(key, unused -> new Use());
        if (++use.users > 1) {
            use.crowdedUntil = Math.max(use.crowdedUntil, process.lived());
        }
    }

    /** No longer uses a lock, but may be in the way of others for a while. */
    void leave(Key key, long inTheWay) {
        var use = uses.computeIfAbsent(key, unused -> new Use());
        if (use.users-- > 1 || inTheWay > 0) {
            use.crowdedUntil = Math.max(use.crowdedUntil, process.lived() + inTheWay);
        }
    }

    /** Whether another actor of this process has used a lock since a time of its life. */
    boolean wasCrowdedSince(Key key, long since) {
        var use = uses.get(key);
        return use != null && (use.users > 1 || use.crowdedUntil >= since);
    }

    @Override
    public String toString() {
        return process + " " + (coordinator == null ? "opening" : coordinator.state()) + (closing ? " closing" : "");
    }
}
