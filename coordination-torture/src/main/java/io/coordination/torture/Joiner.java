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
import io.coordination.Group;
import io.coordination.GroupListener;
import io.coordination.Lease;
import io.coordination.Member;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A thread that joins a group, reads its members, changes its capabilities and leaves. It holds a lock of its own besides,
 * which nobody else wants: while that is valid, the store keeps the session, and with it the membership.
 */
final class Joiner implements Runnable, GroupListener {

    private final Coordinator member;
    private final Group group;
    private final Log log;
    private final Sightings sightings;
    private final SplittableRandom random;
    private volatile boolean quiet;
    private @Nullable Lease presence;

    Joiner(Coordinator member, Log log, Sightings sightings, SplittableRandom random) {
        this.member = member;
        this.group = member.group(Candidate.GROUP);
        this.log = log;
        this.sightings = sightings;
        this.random = random;
    }

    /** Stays, and changes nothing more. */
    void quieten() {
        quiet = true;
    }

    @Override
    public void joined(Member who) {
        log.add(0, What.JOINED, Type.OK, group.name(), 0, who.id());
    }

    @Override
    public void left(Member who) {
        log.add(0, What.LEFT, Type.OK, group.name(), 0, who.id());
    }

    @Override
    public void updated(Member before, Member now) {
        log.add(0, What.UPDATED, Type.OK, group.name(), 0, now.id());
    }

    @Override
    public void run() {
        try {
            Worker.whenOpen(() -> group.watch(this));
            while (true) {
                stayPresent();
                if (!group.isJoined()) {
                    attempt(What.JOIN, () -> {
                        group.join(Map.of("n", 0));
                        return "";
                    });
                } else if (!quiet && random.nextInt(20) == 0) {
                    attempt(What.LEAVE, () -> {
                        group.leave();
                        return "";
                    });
                } else if (!quiet && random.nextInt(5) == 0) {
                    attempt(What.UPDATE, () -> {
                        group.update(Map.of("n", random.nextInt(100)));
                        return "";
                    });
                }
                attempt(What.MEMBERS, this::members);
                Thread.sleep(random.nextInt(50, 200));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            log.add(0, What.UNHANDLED, Type.INFO, "", 0, failure);
        }
    }

    String members() {
        return group.members().stream().map(Member::id).sorted().collect(Collectors.joining(","));
    }

    private interface Attempt {

        String make();
    }

    private void attempt(What what, Attempt attempt) {
        var op = log.nextOp();
        log.add(op, what, Type.INVOKE, group.name(), 0, "");
        try {
            log.add(op, what, Type.OK, group.name(), 0, attempt.make());
        } catch (CoordinationException unknown) {
            log.add(op, what, Type.INFO, group.name(), 0, unknown.getClass().getSimpleName());
        }
    }

    private void stayPresent() {
        var held = presence;
        if (held != null && held.isValid()) {
            return;
        }
        var name = "of-" + member.memberId();
        var op = log.nextOp();
        log.add(op, What.ACQUIRE, Type.INVOKE, name, 0, "EXCLUSIVE 0");
        try {
            var taken = member.lock(name).tryAcquire();
            presence = taken.orElse(null);
            log.add(
                    op,
                    What.ACQUIRE,
                    taken.isPresent() ? Type.OK : Type.FAIL,
                    name,
                    taken.map(Lease::token).orElse(0L),
                    "");
            taken.ifPresent(lease -> sightings.begin(op, lease, name));
        } catch (CoordinationException unknown) {
            log.add(op, What.ACQUIRE, Type.INFO, name, 0, unknown.getClass().getSimpleName());
        }
    }
}
