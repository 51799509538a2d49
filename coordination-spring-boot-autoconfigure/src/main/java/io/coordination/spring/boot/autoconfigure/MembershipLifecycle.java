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

import io.coordination.Coordinator;
import io.coordination.ElectionListener;
import io.coordination.Registration;
import io.coordination.spi.Names;
import io.coordination.spring.aop.LeaderCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Joins groups and stands in elections while the application runs: once its web server listens, and until before it stops to
 * take requests. Requests that are still served then keep their locks, as the coordinator itself is closed last.
 */
final class MembershipLifecycle implements SmartLifecycle {

    /** Above the web server (max - 2048) and its graceful shutdown (max - 1024): started after, and stopped before them. */
    static final int PHASE = Integer.MAX_VALUE - 1000;

    private static final Logger LOG = LoggerFactory.getLogger(MembershipLifecycle.class);

    private final Coordinator coordinator;
    private final Membership membership;
    private final CoordinationEvents events;
    private final LeaderCalls calls;
    private final Duration patience;
    private final Set<Place> followed = ConcurrentHashMap.newKeySet();
    private final Queue<Candidate> candidates = new ConcurrentLinkedQueue<>();
    private final List<Registration> watches = new ArrayList<>();
    private final List<String> joined = new ArrayList<>();
    private volatile boolean running;

    private record Place(Coordinator coordinator, String group) {}

    MembershipLifecycle(
            Coordinator coordinator,
            Membership membership,
            CoordinationEvents events,
            LeaderCalls calls,
            Duration patience) {
        this.coordinator = coordinator;
        this.membership = membership;
        this.events = events;
        this.calls = calls;
        this.patience = patience;
    }

    @Override
    public void start() {
        try {
            for (var name : membership.groups()) {
                var group = coordinator.group(name);
                watches.add(group.watch(events.ofGroup(name)));
                group.join(membership.capabilities());
                joined.add(name);
            }
            membership.groups().forEach(group -> follow(coordinator, group));
            calls.open(this::follow);
            running = true;
        } catch (RuntimeException failure) {
            calls.close(Duration.ZERO);
            leaveAll();
            throw failure;
        }
    }

    @Override
    public void stop() {
        running = false;
        calls.close(patience);
        leaveAll();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Application events tell of the elections of the application's own coordinator only, as they name none. */
    private void follow(Coordinator with, String group) {
        var place = new Place(with, group);
        if (!followed.add(place)) {
            return;
        }
        try {
            var listener = with == coordinator ? events.ofElection(group) : new ElectionListener() {};
            candidates.add(Candidate.in(with.election(group), listener, membership.campaign()));
        } catch (RuntimeException failure) {
            followed.remove(place);
            throw failure;
        }
    }

    private void leaveAll() {
        candidates.forEach(candidate -> quietly("hand over group", candidate.group(), candidate::withdraw));
        candidates.clear();
        followed.clear();
        watches.forEach(Registration::close);
        watches.clear();
        joined.forEach(group ->
                quietly("leave group", group, () -> coordinator.group(group).leave()));
        joined.clear();
    }

    /** The end of the session ends what could not be ended here. */
    private static void quietly(String what, String group, Runnable end) {
        try {
            end.run();
        } catch (RuntimeException failure) {
            LOG.warn("Could not {} '{}' while shutting down: {}", what, Names.printable(group), failure.getMessage());
        }
    }
}
