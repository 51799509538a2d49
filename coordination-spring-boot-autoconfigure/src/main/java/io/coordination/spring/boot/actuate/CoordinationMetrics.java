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
import io.coordination.CoordinatorObserver;
import io.coordination.LeaseLoss;
import io.coordination.spi.SessionState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Meters of one coordinator. None of them asks the store.
 *
 * <ul>
 *   <li>{@code coordination.lock.wait}, a timer: how long it took to get a lock, or not to, by {@code lock} and {@code outcome}
 *       (acquired, contended, failed)
 *   <li>{@code coordination.lock.hold}, a timer: for how long locks were held, by {@code lock} and {@code end}, which is
 *       {@code released} or why the lease was lost
 *   <li>{@code coordination.session.renewal}, a timer: how long the store took to confirm the session, by {@code outcome}
 *       (confirmed, unanswered)
 *   <li>{@code coordination.session.state}, a gauge for each {@code state}: 1 for the one that it is in
 *   <li>{@code coordination.leases}, a gauge: how many locks this member holds
 *   <li>{@code coordination.leader}, a gauge for each {@code group} of the application: 1 where this member leads
 * </ul>
 */
public final class CoordinationMetrics implements CoordinatorObserver, MeterBinder {

    private static final String OTHER = "other";

    private final Supplier<Coordinator> coordinator;
    private final Collection<String> groups;
    private final int mostNames;
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final List<Timers> registries = new CopyOnWriteArrayList<>();

    /**
     * Meters that are bound later.
     *
     * @param coordinator gives the coordinator, which is asked for when a gauge is read
     * @param groups the groups whose leadership is shown
     * @param mostNames how many names of locks become tags; further ones are counted together, as {@code other}
     */
    public CoordinationMetrics(Supplier<Coordinator> coordinator, Collection<String> groups, int mostNames) {
        this.coordinator = coordinator;
        this.groups = List.copyOf(groups);
        this.mostNames = mostNames;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(new Timers(registry));
        for (var state : SessionState.values()) {
            gauge(
                            "coordination.session.state",
                            "1 for the state that the session is in",
                            open -> open.state() == state ? 1 : 0)
                    .tag("state", lower(state))
                    .register(registry);
        }
        gauge(
                        "coordination.leases",
                        "Locks that this member holds",
                        open -> open.leases().size())
                .register(registry);
        for (var group : groups) {
            gauge(
                            "coordination.leader",
                            "1 where this member leads",
                            open -> open.election(group).isLeader() ? 1 : 0)
                    .tag("group", group)
                    .register(registry);
        }
    }

    private Gauge.Builder<Supplier<Coordinator>> gauge(
            String name, String description, ToDoubleFunction<Coordinator> value) {
        return Gauge.builder(name, coordinator, known -> value.applyAsDouble(known.get()))
                .description(description);
    }

    @Override
    public void asked(String lock, Outcome outcome, Duration waited) {
        each(timers -> timers.of(
                        "coordination.lock.wait",
                        "Time to get a lock, or not to",
                        "lock",
                        tag(lock),
                        "outcome",
                        lower(outcome))
                .record(waited));
    }

    @Override
    public void released(String lock, Duration held) {
        held(lock, "released", held);
    }

    @Override
    public void lost(LeaseLoss loss, Duration held) {
        held(loss.name(), lower(loss.reason()), held);
    }

    private void held(String lock, String end, Duration held) {
        each(timers -> timers.of(
                        "coordination.lock.hold", "Time for which locks were held", "lock", tag(lock), "end", end)
                .record(held));
    }

    @Override
    public void renewed(boolean confirmed, Duration took) {
        each(timers -> timers.of(
                        "coordination.session.renewal",
                        "Time that the store took to confirm the session",
                        "outcome",
                        confirmed ? "confirmed" : "unanswered")
                .record(took));
    }

    private void each(Consumer<Timers> told) {
        registries.forEach(told);
    }

    private String tag(String lock) {
        if (names.contains(lock)) {
            return lock;
        }
        // A few more than the cap, when several threads come with new ones at the same time, do no harm.
        return names.size() < mostNames && names.add(lock) ? lock : OTHER;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The timers of one registry, found once. */
    private static final class Timers {

        private final MeterRegistry registry;
        private final Map<Id, Timer> known = new ConcurrentHashMap<>();

        private record Id(String name, List<String> tags) {}

        Timers(MeterRegistry registry) {
            this.registry = registry;
        }

        Timer of(String name, String description, String... tags) {
            var id = new Id(name, List.of(tags));
            var timer = known.get(id);
            return timer != null
                    ? timer
                    : known.computeIfAbsent(
                            id,
                            absent -> Timer.builder(name)
                                    .description(description)
                                    .tags(tags)
                                    .register(registry));
        }
    }
}
