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
package io.coordination.spring.boot.actuate;

import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Clock;
import io.coordination.spi.Holder;
import io.coordination.spi.Names;
import io.coordination.spi.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Up while the session with the store is live, out of service while the store does not answer, and down when the session is
 * lost or when nobody has led a group in whose election this member stands for two session timeouts. One round trip for each
 * of these groups that this member does not lead. A store that promises no fencing says {@code use: efficiency only}.
 */
public final class CoordinationHealthIndicator extends AbstractHealthIndicator {

    private final Coordinator coordinator;
    private final Clock clock;
    private final Map<Election, Vacancy> vacancies = new ConcurrentHashMap<>();

    /**
     * An indicator.
     *
     * @param coordinator whose health it tells
     */
    public CoordinationHealthIndicator(Coordinator coordinator) {
        this(coordinator, Clock.SYSTEM);
    }

    CoordinationHealthIndicator(Coordinator coordinator, Clock clock) {
        super("Coordination health check failed");
        this.coordinator = coordinator;
        this.clock = clock;
    }

    /** Since when nobody is known to lead; a leader who comes and goes between two checks ends it. */
    private final class Vacancy implements ElectionListener {

        private volatile long since = clock.nanoTime();

        @Override
        public void leaderChanged(Optional<Holder> leader) {
            since = clock.nanoTime();
        }

        Duration lasts() {
            return Duration.ofNanos(clock.nanoTime() - since);
        }
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        var state = coordinator.state();
        builder.withDetail("state", state)
                .withDetail("driver", CoordinatorDetails.driver(coordinator))
                .withDetail("scope", CoordinatorDetails.scope(coordinator))
                .withDetail("member", Names.printable(coordinator.memberId()))
                .status(
                        switch (state) {
                            case LIVE -> Status.UP;
                            case SUSPENDED -> Status.OUT_OF_SERVICE;
                            case LOST -> Status.DOWN;
                        });
        if (!coordinator.characteristics().contains(Characteristic.FENCING)) {
            builder.withDetail("use", "efficiency only");
        }
        if (state == SessionState.LIVE) {
            var leaderless = leaderless();
            if (!leaderless.isEmpty()) {
                builder.down().withDetail("leaderless", leaderless);
            }
        }
    }

    private List<String> leaderless() {
        var elections = coordinator.elections();
        vacancies.keySet().retainAll(elections);
        var leaderless = new ArrayList<String>();
        for (var election : elections) {
            var vacancy = vacancies.get(election);
            if (vacancy == null) {
                vacancy = new Vacancy();
                election.listen(vacancy);
                vacancies.put(election, vacancy);
            }
            if (election.isLeader() || election.leader().isPresent()) {
                vacancy.leaderChanged(Optional.empty());
            } else if (vacancy.lasts().compareTo(coordinator.sessionTimeout().multipliedBy(2)) > 0) {
                leaderless.add(Names.printable(election.group()));
            }
        }
        return leaderless;
    }
}
