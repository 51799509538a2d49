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

import io.coordination.ConnectionFailedException;
import io.coordination.CoordinationException;
import io.coordination.CoordinationLock;
import io.coordination.Lease;
import io.coordination.OperationTimedOutException;
import io.coordination.SessionLostException;
import io.coordination.spi.Key;
import java.time.Duration;
import java.util.Optional;

/** Takes locks in every way there is, writes while it holds, and gives them back. */
final class LockWork {

    private static final long SLACK = 1_500 * World.MILLI;

    private final World world;
    private final Simulation sim;
    private final SimMember member;
    private final SimProcess process;

    LockWork(SimMember member) {
        this.world = member.world;
        this.sim = world.sim;
        this.member = member;
        this.process = member.process;
    }

    void run() {
        while (world.isBadTime() && !member.isClosing()) {
            process.sleep(sim.between(0, 250) * World.MILLI);
            once();
        }
    }

    void once() {
        var key = sim.oneOf(World.LOCKS);
        var lock = member.coordinator().lock(key.name());
        if (world.mix.modes) {
            lock = switch ((int) sim.between(0, 4)) {
                case 0, 1 -> lock.shared();
                case 2 -> lock.permits(2);
                case 3 -> lock.permits(3);
                default -> lock;
            };
        }
        var atMost = world.isBadTime() && sim.chance(0.1) ? sim.between(100, 1500) : 0;
        var atLeast = world.isBadTime() && sim.chance(0.1) ? sim.between(100, 1500) : 0;
        if (atMost > 0) {
            lock = lock.atMost(Duration.ofMillis(atMost));
        }
        if (atLeast > 0) {
            lock = lock.atLeast(Duration.ofMillis(atLeast));
        }
        member.enter(key);
        try {
            var asked = sim.now();
            var lease = take(key, lock);
            if (lease.isPresent()) {
                hold(key, lease.get(), asked);
            }
        } catch (SessionLostException | ConnectionFailedException | OperationTimedOutException unknown) {
            world.coverage.saw(Seen.OUTCOME_UNKNOWN);
        } catch (InterruptedException interrupted) {
            world.coverage.saw(Seen.INTERRUPTED);
        } finally {
            member.leave(key, atLeast > 0 ? atLeast * World.MILLI + SLACK : 0);
        }
    }

    private Optional<Lease> take(Key key, CoordinationLock lock) throws InterruptedException {
        var asked = sim.now();
        var lived = process.lived();
        switch ((int) sim.between(0, 3)) {
            case 0 -> {
                var lease = lock.tryAcquire();
                if (lease.isEmpty()) {
                    world.coverage.saw(Seen.CONTENTION);
                    if (!world.history.wasRefusedSince(key, member.id, asked) && !member.wasCrowdedSince(key, lived)) {
                        throw new AssertionError(process + " did not get " + key + ", which was free");
                    }
                }
                return lease;
            }
            case 1, 2 -> {
                var wait = sim.between(0, 1500);
                return takeWithin(lock, wait, asked);
            }
            default -> {
                return Optional.of(lock.acquire());
            }
        }
    }

    private Optional<Lease> takeWithin(CoordinationLock lock, long wait, long asked) throws InterruptedException {
        var frozen = process.frozen();
        try {
            var lease = lock.tryAcquire(Duration.ofMillis(wait));
            world.coverage.saw(lease.isPresent() ? Seen.WAITED : Seen.WAIT_OVER);
            return lease;
        } finally {
            var late = sim.now() - asked - (process.frozen() - frozen) - wait * World.MILLI;
            if (!process.isKilled() && !sim.isEnding() && late > SimLine.CALL_TIMEOUT + SLACK) {
                sim.fail(new AssertionError(
                        process + " got an answer " + Simulation.seconds(late) + " after its deadline"));
            }
        }
    }

    private void hold(Key key, Lease lease, long asked) {
        var hold = world.holds.begin(lease, key, process, true);
        world.history.acquired(key, lease.token(), asked, sim.now());
        lease.onLost(loss -> {
            hold.told(loss);
            if (sim.chance(0.3)) {
                process.sleep(sim.between(0, 30) * World.MILLI);
            }
            hold.toldAndDone();
        });
        var brief = !world.isBadTime() || sim.chance(0.85);
        var until = sim.now() + sim.between(0, brief ? 200 : 3500) * World.MILLI;
        while (sim.now() < until && !member.isClosing()) {
            process.sleep(sim.between(1, brief ? 50 : 700) * World.MILLI);
            write(key, lease, hold);
        }
        if (sim.chance(0.1)) {
            member.enter(key);
            member.work("releaser", () -> {
                release(lease, hold);
                member.leave(key, 0);
            });
        } else {
            release(lease, hold);
        }
    }

    /** Believes, and sends: the write is on its way when the belief is over. */
    private void write(Key key, Lease lease, Holds.Hold hold) {
        if (!world.mix.modes && lease.isValid()) {
            var delay = sim.chance(0.05) ? sim.between(0, 3000) : sim.between(0, 5);
            var token = lease.token();
            sim.at(sim.now() + delay * World.MILLI, null, "write", () -> world.resource.write(key, token, hold.number));
        }
    }

    private void release(Lease lease, Holds.Hold hold) {
        try {
            if (sim.chance(0.3)) {
                lease.close();
            } else if (lease.release()) {
                hold.released();
            }
            if (lease.isValid()) {
                throw new AssertionError(hold + " is valid after its release");
            }
        } catch (CoordinationException unknown) {
            world.coverage.saw(Seen.OUTCOME_UNKNOWN);
        }
    }
}
