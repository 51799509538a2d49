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
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All calls of {@link io.coordination.spring.annotation.LeaderOnly} methods that run now, so that nobody else is elected
 * while they do: an application that shuts down first lets them return, and resigns then.
 */
public final class LeaderCalls {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderCalls.class);
    private static final Duration PATIENCE_AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final Coordinators coordinators;
    private final Map<Place, GroupCalls> groups = new ConcurrentHashMap<>();
    private volatile @Nullable BiConsumer<Coordinator, String> campaign;

    private record Place(String coordinator, String group) {}

    /**
     * No calls yet.
     *
     * @param coordinators gives the coordinators, which are asked for at the first call
     */
    public LeaderCalls(Coordinators coordinators) {
        this.coordinators = coordinators;
    }

    GroupCalls of(String coordinator, String group) {
        var place = new Place(coordinator, group);
        var known = groups.get(place);
        if (known == null) {
            known = groups.computeIfAbsent(
                    place, absent -> new GroupCalls(group, () -> coordinators.named(coordinator)));
            var stand = campaign;
            if (stand != null) {
                stand.accept(coordinators.named(coordinator), group);
            }
        }
        return known;
    }

    /**
     * Lets calls in from now on.
     *
     * @param campaign is given each group whose leadership guarded methods need, with its coordinator, now or when their bean
     *     is made; may be given a group twice
     */
    public void open(BiConsumer<Coordinator, String> campaign) {
        this.campaign = campaign;
        groups.values().forEach(GroupCalls::open);
        groups.keySet().forEach(place -> campaign.accept(coordinators.named(place.coordinator()), place.group()));
    }

    /**
     * Lets no call in any more, as if this member led no group, and waits for those that run. Those that have not returned
     * in time are interrupted and given another second.
     *
     * @param patience how long to wait in all before the interrupt
     */
    public void close(Duration patience) {
        campaign = null;
        groups.values().forEach(GroupCalls::close);
        var start = System.nanoTime();
        for (var calls : groups.values()) {
            var left = patience.minusNanos(System.nanoTime() - start);
            if (!calls.drain(left)) {
                LOG.warn("Interrupting calls that only the leader of group '{}' may run: shutting down", calls.group());
                calls.interrupt("the application shuts down");
                calls.drain(PATIENCE_AFTER_INTERRUPT);
            }
        }
    }
}
