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

import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All leases that were handed out, looked at before every event: who believes holds at the store, nobody believes beside
 * somebody he must not, and what was once invalid stays so.
 */
final class Holds {

    private static final long MILLI = 1_000_000;
    private static final long LOOKED_AT_AFTER_ITS_END = 8_000 * MILLI;
    private static final long LISTENERS_PATIENCE = 5_000 * MILLI;

    /** One lease. */
    final class Hold {

        final int number;
        final Lease lease;
        final Key key;
        final SimProcess process;
        private final boolean listened;
        private final long since = sim.now();
        private long end = -1;
        private long frozenAtEnd;
        private boolean released;
        private int told;
        private long toldAt;
        private long frozenMeanwhile;
        private boolean toldAndDone;
        private @Nullable LeaseLoss loss;

        private Hold(int number, Lease lease, Key key, SimProcess process, boolean listened) {
            this.number = number;
            this.lease = lease;
            this.key = key;
            this.process = process;
            this.listened = listened;
        }

        void released() {
            released = true;
        }

        void told(LeaseLoss how) {
            told++;
            toldAt = sim.now();
            frozenMeanwhile = isOver() ? process.frozen() - frozenAtEnd : 0;
            loss = how;
            coverage.saw(Seen.LOSS_TOLD);
            if (how.reason() == LeaseLoss.Reason.EVICTED) {
                coverage.saw(Seen.EVICTION_TOLD);
            } else if (how.reason() == LeaseLoss.Reason.CAP_REACHED) {
                coverage.saw(Seen.CAP_TOLD);
            }
            sim.aside(() -> {
                if (lease.isValid()) {
                    sim.fail(new AssertionError(this + " is told lost, but valid"));
                }
            });
        }

        void toldAndDone() {
            toldAndDone = true;
        }

        boolean isOver() {
            return end >= 0;
        }

        Mode mode() {
            return lease.mode();
        }

        @Override
        public String toString() {
            return process + " with " + lease + ", hold " + number;
        }
    }

    private final Simulation sim;
    private final SimStore store;
    private final History history;
    private final Coverage coverage;
    private final long lease;
    private final List<Hold> looked = new ArrayList<>();
    private final List<Hold> all = new ArrayList<>();
    private final Map<Lease, Hold> byLease = new IdentityHashMap<>();
    private long jumped = Long.MIN_VALUE / 2;

    Holds(Simulation sim, SimStore store, History history, Coverage coverage, long lease) {
        this.sim = sim;
        this.store = store;
        this.history = history;
        this.coverage = coverage;
        this.lease = lease;
    }

    @Nullable
    Hold of(Lease lease) {
        return byLease.get(lease);
    }

    /** A lease was handed out; {@code listened} when its loss will be told to it. */
    Hold begin(Lease held, Key key, SimProcess process, boolean listened) {
        var hold = new Hold(all.size(), held, key, process, listened);
        all.add(hold);
        looked.add(hold);
        byLease.put(held, hold);
        sim.note(process, "holds", held);
        sim.aside(() -> checkBeside(key));
        return hold;
    }

    private void checkBeside(Key key) {
        var believers = looked.stream()
                .filter(other -> other.key.equals(key) && believes(other))
                .map(other -> new Checks.Believer(other.toString(), other.mode(), other.lease.token()))
                .toList();
        Checks.together(believers).ifPresent(wrong -> {
            throw new AssertionError("two believers: " + wrong);
        });
        if (believers.size() > 1) {
            coverage.saw(Seen.MODES_SHARED);
        }
    }

    private boolean believes(Hold hold) {
        return !hold.process.isKilled()
                && hold.lease.isValid()
                && history.evictedAt(hold.key, hold.lease.token()) == Long.MAX_VALUE;
    }

    void jumped() {
        jumped = sim.now();
    }

    boolean isAnyHeldBy(SimProcess process) {
        return looked.stream().anyMatch(hold -> hold.process == process && !hold.isOver());
    }

    /** Looks at all leases at this instant. */
    void look() {
        for (var i = looked.size() - 1; i >= 0; i--) {
            var hold = looked.get(i);
            if (hold.process.isKilled() || (hold.isOver() && sim.now() - hold.end > LOOKED_AT_AFTER_ITS_END)) {
                looked.remove(i);
            } else if (hold.lease.isValid()) {
                lookAtBelief(hold);
            } else if (!hold.isOver()) {
                hold.end = sim.now();
                hold.frozenAtEnd = hold.process.frozen();
                sim.note(hold.process, "no longer holds", hold.lease);
            }
        }
    }

    /** Of an eviction before the holder knew of its grant, the first renewal after that tells, should its message be lost. */
    private void lookAtBelief(Hold hold) {
        if (hold.isOver()) {
            throw new AssertionError(hold + " is valid again");
        }
        var evicted = history.evictedAt(hold.key, hold.lease.token());
        var findable = Math.max(evicted, hold.since);
        if (evicted == Long.MAX_VALUE ? !store.isHeld(hold.key, hold.lease.token()) : sim.now() - findable > lease) {
            throw new AssertionError(hold + " is believed, but the store has taken it back");
        }
    }

    /** The store is told of the end of a hold by who had it: not before its listeners returned, should it have been lost. */
    void givenBack(Key key, long token) {
        for (var hold : looked) {
            if (hold.key.equals(key) && hold.lease.token() == token && hold.listened && !hold.process.isKilled()) {
                var lost = hold.lease.loss() != null;
                if (lost && !hold.toldAndDone && sim.now() - Math.max(hold.end, 0) < LISTENERS_PATIENCE) {
                    throw new AssertionError(
                            hold + " was given back before its holder was told of " + hold.lease.loss());
                }
            }
        }
    }

    /** All leases are over; each loss was told once, in time, and a release not at all. */
    void checkEnds(long slack) {
        for (var hold : all) {
            if (hold.process.isKilled()) {
                continue;
            }
            if (!hold.isOver()) {
                throw new AssertionError(hold + " has not ended");
            }
            var lost = hold.lease.loss() != null;
            if (hold.listened && hold.told != (lost ? 1 : 0)) {
                throw new AssertionError(hold + " was told of its loss " + hold.told + " times: " + hold.lease.loss());
            }
            if (hold.released && lost) {
                throw new AssertionError(hold + " was both released and lost");
            }
            var byJump = Math.abs(jumped - hold.end) < lease ? lease : 0;
            var late = hold.toldAt - hold.end - hold.frozenMeanwhile;
            if (hold.told > 0 && late > slack + byJump) {
                throw new AssertionError(hold + " was told " + Simulation.seconds(late) + " too late of " + hold.loss);
            }
        }
    }
}
