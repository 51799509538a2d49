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
package io.coordination.spring.boot.autoconfigure;

import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.Lease;
import io.coordination.spi.Holder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** This member in the election of one group. */
final class Candidate implements ElectionListener {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Election election;
    private final ElectionListener events;
    private volatile CountDownLatch revoked = new CountDownLatch(0);

    private Candidate(Election election, ElectionListener events) {
        this.election = election;
        this.events = events;
    }

    /** Follows the election, and stands in it when asked to. */
    static Candidate in(Election election, ElectionListener events, boolean campaign) {
        var candidate = new Candidate(election, events);
        election.listen(candidate);
        if (campaign) {
            election.campaign();
        }
        return candidate;
    }

    String group() {
        return election.group();
    }

    /** Hands the leadership over; that it ended has been told when this returns, if listeners do not take long. */
    void withdraw() {
        var told = new CountDownLatch(election.isLeader() ? 1 : 0);
        revoked = told;
        election.close();
        try {
            told.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void granted(Lease lease) {
        events.granted(lease);
    }

    @Override
    public void revoked(Lease lease) {
        try {
            events.revoked(lease);
        } finally {
            revoked.countDown();
        }
    }

    @Override
    public void leaderChanged(Optional<Holder> leader) {
        events.leaderChanged(leader);
    }
}
