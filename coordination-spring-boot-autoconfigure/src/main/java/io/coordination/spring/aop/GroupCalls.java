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
package io.coordination.spring.aop;

import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls that run under the leadership of one group. */
final class GroupCalls {

    private final String group;
    private final Supplier<Coordinator> coordinator;
    private final Set<GuardedCall> running = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Election election;
    private volatile @Nullable Lease watched;
    private volatile @Nullable Thread drains;
    private volatile boolean closed;

    GroupCalls(String group, Supplier<Coordinator> coordinator) {
        this.group = group;
        this.coordinator = coordinator;
    }

    String group() {
        return group;
    }

    /** A call that is now known to run, null when this member does not lead. No round trip. */
    @Nullable
    GuardedCall enter(Object guard, boolean interrupts) {
        var lease = closed ? null : leadership();
        if (lease == null) {
            return null;
        }
        if (watched != lease) {
            watched = lease;
            lease.onLost(loss -> tell(lease, loss));
        }
        var call = new GuardedCall(guard, List.of(lease), interrupts);
        running.add(call);
        // Who ends the leadership marks it before it looks for running calls.
        if (closed || lease.loss() != null) {
            leave(call);
            call.settle();
            return null;
        }
        return call;
    }

    /** The call returned; says whether this member led, or handed over by itself, until then. */
    boolean leave(GuardedCall call) {
        running.remove(call);
        LockSupport.unpark(drains);
        return call.lease().isValid() || call.lease().isReleased();
    }

    void open() {
        closed = false;
    }

    /** Lets no call in any more. */
    void close() {
        closed = true;
    }

    /** Waits for the calls of other threads to return, and says whether they did. */
    boolean drain(Duration patience) {
        var self = Thread.currentThread();
        var start = System.nanoTime();
        drains = self;
        try {
            while (running.stream().anyMatch(call -> !call.isOn(self))) {
                var left = patience.toNanos() - (System.nanoTime() - start);
                if (left <= 0 || self.isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            drains = null;
        }
    }

    /** Interrupts the calls that still run. */
    void interrupt(String why) {
        running.forEach(call -> call.lost(new LeaseLoss(group, call.lease().token(), LeaseLoss.Reason.CLOSED, why)));
    }

    private @Nullable Lease leadership() {
        var known = election;
        // A closed election never comes back; the coordinator makes another one.
        if (known == null || !known.isCampaigning()) {
            known = coordinator.get().election(group);
            election = known;
        }
        return known.lease().orElse(null);
    }

    private void tell(Lease lease, LeaseLoss loss) {
        for (var call : running) {
            if (call.lease() == lease) {
                call.lost(loss);
            }
        }
    }
}
