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
package io.coordination.torture;

import io.coordination.Lease;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Looks at all leases and all parts of the work again and again. A hold that is valid now was valid since its grant, so the
 * latest such sight is a lower bound of what its holder believed, whatever befalls the process later.
 */
final class Sightings implements Runnable {

    private static final long PERIOD = 5_000_000;
    private static final long NOTED_AGAIN_AFTER = 100_000_000;
    private static final long STALL = 250_000_000;

    private final String member;
    private final Log log;
    private final List<String> parts;
    private final Predicate<String> owns;
    private final Map<Long, Sight> sights = new ConcurrentSkipListMap<>();
    private final Map<String, Long> owned = new ConcurrentHashMap<>();
    private volatile boolean ended;

    private final class Sight {

        private final long op;
        private final Lease lease;
        private final String on;
        private long valid;
        private long noted;

        Sight(long op, Lease lease, String on) {
            this.op = op;
            this.lease = lease;
            this.on = on;
            noted = System.nanoTime();
        }

        /** Says whether there is more to see. */
        synchronized boolean look() {
            var before = System.nanoTime();
            if (!lease.isValid()) {
                note();
                return false;
            }
            valid = before;
            if (before - noted > NOTED_AGAIN_AFTER) {
                note();
            }
            return true;
        }

        private void note() {
            if (valid > noted) {
                log.add(op, What.VALID, Type.OK, valid, on, lease.token(), "");
                noted = valid;
            }
        }

        synchronized void last() {
            look();
            note();
        }
    }

    Sightings(String member, Log log, List<String> parts, Predicate<String> owns) {
        this.member = member;
        this.log = log;
        this.parts = parts;
        this.owns = owns;
    }

    void begin(long op, Lease lease, String on) {
        sights.put(op, new Sight(op, lease, on));
    }

    /** Looks once more, before the hold is given back. */
    void end(long op) {
        var sight = sights.remove(op);
        if (sight != null) {
            sight.last();
        }
    }

    void stop() {
        ended = true;
    }

    @Override
    public void run() {
        for (var looked = System.nanoTime(); !ended; ) {
            var now = System.nanoTime();
            if (now - looked > STALL) {
                // Whatever it was that did not let this process run.
                var op = log.nextOp();
                log.add(op, What.FAULT, Type.INVOKE, looked, member, 0, "stall");
                log.add(op, What.FAULT, Type.OK, now, member, 0, "stall");
            }
            looked = now;
            sights.forEach((op, sight) -> {
                if (!sight.look()) {
                    sights.remove(op);
                }
            });
            parts.forEach(this::look);
            LockSupport.parkNanos(PERIOD);
        }
        owned.forEach((part, seen) -> log.add(0, What.OWN, Type.OK, seen, part, 0, ""));
    }

    private void look(String part) {
        var before = System.nanoTime();
        if (owns.test(part)) {
            if (owned.put(part, before) == null) {
                log.add(0, What.OWN, Type.INVOKE, part, 0, "");
            }
        } else {
            var seen = owned.remove(part);
            if (seen != null) {
                log.add(0, What.OWN, Type.OK, seen, part, 0, "");
            }
        }
    }
}
