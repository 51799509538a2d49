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

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.Lease;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** A thread that stands for election, writes while it leads, and steps back at times if it is told to. */
final class Candidate implements Runnable, ElectionListener {

    static final String GROUP = "fleet";

    /** What the leader writes to, and what the history knows the leadership by. */
    static final String LEADER = "leader";

    private final Election election;
    private final Log log;
    private final Sightings sightings;
    private final Resource resource;
    private final SplittableRandom random;
    private final Map<Long, Long> ops = new ConcurrentHashMap<>();
    private volatile boolean quiet = true;

    Candidate(Coordinator member, Log log, Sightings sightings, Resource resource, SplittableRandom random) {
        this.election = member.election(GROUP);
        this.log = log;
        this.sightings = sightings;
        this.resource = resource;
        this.random = random;
    }

    /** Steps back at times from now on. */
    void stir() {
        quiet = false;
    }

    /** Stands on, but steps back no more. */
    void quieten() {
        quiet = true;
    }

    @Override
    public void granted(Lease lease) {
        var op = log.nextOp();
        ops.put(lease.token(), op);
        log.add(op, What.GRANTED, Type.OK, LEADER, lease.token(), "");
        sightings.begin(op, lease, LEADER);
    }

    @Override
    public void revoked(Lease lease) {
        var op = ops.getOrDefault(lease.token(), 0L);
        sightings.end(op);
        log.add(op, What.REVOKED, Type.OK, LEADER, lease.token(), lease.isValid() ? "valid" : "");
    }

    @Override
    public void run() {
        try {
            Worker.whenOpen(() -> election.listen(this));
            while (true) {
                log.add(0, What.CAMPAIGN, Type.INVOKE, LEADER, 0, "");
                election.campaign();
                lead(random.nextInt(500, 4000));
                if (!quiet && random.nextBoolean()) {
                    stepBack();
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException failure) {
            log.add(0, What.UNHANDLED, Type.INFO, "", 0, failure);
        }
    }

    /** Writes with the lease of a moment ago: wherever it is frozen, its next write is one that it had decided on before. */
    private void lead(int millis) throws InterruptedException, IOException {
        var until = System.nanoTime() + 1_000_000L * millis;
        for (var known = election.lease(); System.nanoTime() < until; ) {
            var next = election.lease();
            Thread.sleep(random.nextInt(20, 60));
            var op = known.map(held -> ops.get(held.token()));
            if (known.isPresent() && op.isPresent()) {
                resource.write(LEADER, known.get().token(), op.get());
            }
            known = next;
        }
    }

    private void stepBack() throws InterruptedException {
        log.add(0, What.RESIGN, Type.INVOKE, LEADER, 0, "");
        try {
            election.resign();
            log.add(0, What.RESIGN, Type.OK, LEADER, 0, "");
        } catch (CoordinationException unknown) {
            log.add(0, What.RESIGN, Type.INFO, LEADER, 0, unknown.getClass().getSimpleName());
        }
        Thread.sleep(random.nextInt(20, 500));
    }
}
