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
import io.coordination.spi.Mode;
import io.coordination.spi.SessionState;
import io.coordination.spring.event.CoordinationEvent;
import io.micrometer.core.instrument.Counter;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.springframework.context.event.EventListener;

/**
 * Meters of one coordinator. None of them asks the store.
 *
 * <ul>
 *   <li>{@code coordination.lock.wait}, a timer: how long it took to get a lock, or not to, by {@code lock} and {@code outcome}
 *       (acquired, contended, failed)
 *   <li>{@code coordination.lock.waiting}, a gauge: how many threads ask for a lock now
 *   <li>{@code coordination.lock.hold}, a timer: for how long locks were held, by {@code lock} and {@code end} (released, lost)
 *   <li>{@code coordination.leases}, a gauge: how many locks this member holds
 *   <li>{@code coordination.leases.lost}, a counter: locks that were lost before they were given back, by {@code reason}
 *   <li>{@code coordination.session.renewal}, a timer: how long the store took to confirm the session, by {@code outcome}
 *       (confirmed, late, failed)
 *   <li>{@code coordination.session.state}, a gauge for each {@code state}: 1 for the one that it is in
 *   <li>{@code coordination.leader}, a gauge for each {@code group} of the application: 1 where this member leads
 *   <li>{@code coordination.group.size}, a gauge for each {@code group} that the application joins: how many members it has
 * </ul>
 */
public final class CoordinationMetrics implements CoordinatorObserver, MeterBinder {

    private static final String OTHER = "other";

    private final Supplier<Coordinator> coordinator;
    private final int mostNames;
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final List<Meters> registries = new CopyOnWriteArrayList<>();
    private final LongAdder waiting = new LongAdder();
    private final Map<String, AtomicInteger> sizes = new ConcurrentHashMap<>();

    /**
     * Meters that are bound later.
     *
     * @param coordinator gives the coordinator, which is asked for when a gauge is read
     * @param groups the groups whose leaders and sizes are shown
     * @param mostNames how many names of locks become tags; further ones are counted together, as {@code other}
     */
    public CoordinationMetrics(Supplier<Coordinator> coordinator, Collection<String> groups, int mostNames) {
        this.coordinator = coordinator;
        this.mostNames = mostNames;
        groups.forEach(group -> sizes.put(group, new AtomicInteger()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
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
        Gauge.builder("coordination.lock.waiting", waiting, LongAdder::sum)
                .description("Threads that ask for a lock now")
                .register(registry);
        sizes.forEach((group, size) -> {
            gauge(
                            "coordination.leader",
                            "1 where this member leads",
                            open -> open.election(group).isLeader() ? 1 : 0)
                    .tag("group", group)
                    .register(registry);
            Gauge.builder("coordination.group.size", size, AtomicInteger::get)
                    .description("Members of the group")
                    .tag("group", group)
                    .register(registry);
        });
        var meters = new Meters(registry);
        // What an alert looks for is there from the start, as 0.
        for (var reason : LeaseLoss.Reason.values()) {
            meters.lost(reason);
        }
        for (var outcome : Renewal.values()) {
            meters.renewal(outcome);
        }
        registries.add(meters);
    }

    private Gauge.Builder<Supplier<Coordinator>> gauge(
            String name, String description, ToDoubleFunction<Coordinator> value) {
        return Gauge.builder(name, coordinator, known -> value.applyAsDouble(known.get()))
                .description(description);
    }

    @EventListener
    void count(CoordinationEvent.MembersCounted counted) {
        var size = sizes.get(counted.group());
        if (size != null) {
            size.set(counted.members());
        }
    }

    @Override
    public void asking(String lock, Mode mode) {
        waiting.increment();
    }

    @Override
    public void asked(Asked asked) {
        waiting.decrement();
        each(meters -> meters.wait(tag(asked.lock()), asked.outcome()).record(asked.waited()));
    }

    @Override
    public void released(String lock, Duration held) {
        each(meters -> meters.hold(tag(lock), "released").record(held));
    }

    @Override
    public void lost(LeaseLoss loss, Duration held) {
        each(meters -> {
            meters.hold(tag(loss.name()), "lost").record(held);
            meters.lost(loss.reason()).increment();
        });
    }

    @Override
    public void renewed(Renewal renewal, Duration took) {
        each(meters -> meters.renewal(renewal).record(took));
    }

    private void each(Consumer<Meters> told) {
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

    /** What is counted and timed in one registry, found once. */
    private static final class Meters {

        private final MeterRegistry registry;
        private final Map<Id, Timer> timers = new ConcurrentHashMap<>();

        private record Id(String name, List<String> tags) {}

        Meters(MeterRegistry registry) {
            this.registry = registry;
        }

        Timer wait(String lock, Outcome outcome) {
            return timer(
                    "coordination.lock.wait", "Time to get a lock, or not to", "lock", lock, "outcome", lower(outcome));
        }

        Timer hold(String lock, String end) {
            return timer("coordination.lock.hold", "Time for which locks were held", "lock", lock, "end", end);
        }

        Timer renewal(Renewal outcome) {
            return timer(
                    "coordination.session.renewal",
                    "Time that the store took to confirm the session",
                    "outcome",
                    lower(outcome));
        }

        Counter lost(LeaseLoss.Reason reason) {
            return Counter.builder("coordination.leases.lost")
                    .description("Locks that were lost before they were given back")
                    .tag("reason", lower(reason))
                    .register(registry);
        }

        private Timer timer(String name, String description, String... tags) {
            var id = new Id(name, List.of(tags));
            var timer = timers.get(id);
            return timer != null
                    ? timer
                    : timers.computeIfAbsent(
                            id,
                            absent -> Timer.builder(name)
                                    .description(description)
                                    .tags(tags)
                                    .register(registry));
        }
    }
}
