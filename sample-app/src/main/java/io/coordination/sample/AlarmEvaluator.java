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
package io.coordination.sample;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Partitioner;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Looks after those alarms that the partitioner gives this instance. */
@Component
final class AlarmEvaluator {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmEvaluator.class);

    /** Rates are taken over so many rounds. */
    private static final int WINDOW = 10;

    private final AlarmRules rules;
    private final MeterRegistry metrics;
    private final Partitioner partitioner;
    private final Inbox inbox;
    private final Notifier notifier;
    private final Announcer announcer;
    private final Map<String, AlarmWatch> watches = new HashMap<>();
    private final Deque<Measurements> window = new ArrayDeque<>();
    private boolean troubled;
    private volatile Set<String> evaluated = Set.of();

    AlarmEvaluator(
            AlarmRules rules,
            MeterRegistry metrics,
            Coordinator coordinator,
            Inbox inbox,
            Notifier notifier,
            Announcer announcer) {
        this.rules = rules;
        this.metrics = metrics;
        this.partitioner = coordinator.partitioner(SampleApplication.GROUP);
        this.inbox = inbox;
        this.notifier = notifier;
        this.announcer = announcer;
    }

    /** {@return the alarms that this instance looked after in its last round} */
    Set<String> evaluated() {
        return evaluated;
    }

    @Scheduled(fixedRateString = "${sample.interval:1s}")
    void evaluate() {
        var now = measure();
        var mine = new LinkedHashSet<String>();
        var failures = new ArrayList<RuntimeException>();
        for (var rule : rules.all()) {
            if (partitioner.owns(rule.id())) {
                mine.add(rule.id());
                attempt(() -> evaluate(rule, now), failures);
            }
        }
        watches.keySet().retainAll(mine);
        evaluated = mine;
        attempt(() -> announcer.announce(those(AlarmWatch::isFiring), those(AlarmWatch::isUnknown)), failures);
        report(failures);
    }

    private void evaluate(AlarmRule rule, Measurements now) {
        var told = inbox.isOpen(rule.id());
        var watch = watches.computeIfAbsent(rule.id(), taken -> new AlarmWatch(rule, told));
        var value = rule.reading().take(now, window.getFirst());
        watch.look(value);
        if (watch.isFiring() && !told) {
            notifier.fires(rule, rule.threshold().format(value));
        } else if (!watch.isFiring() && told) {
            notifier.isOver(rule);
        }
    }

    /** One failure does not keep the other alarms from being evaluated; the next round tries again. */
    private static void attempt(Runnable action, List<RuntimeException> failures) {
        try {
            action.run();
        } catch (CoordinationException | UncheckedIOException failure) {
            failures.add(failure);
        }
    }

    /** Once for each trouble, not once a second. */
    private void report(List<RuntimeException> failures) {
        if (!failures.isEmpty() && !troubled) {
            LOG.warn(
                    "Could not tell what fires, and goes on trying: {}",
                    failures.get(0).getMessage());
        } else if (failures.isEmpty() && troubled) {
            LOG.info("Could tell what fires again");
        }
        troubled = !failures.isEmpty();
    }

    private Measurements measure() {
        var now = Measurements.take(metrics, rules.metrics());
        window.addLast(now);
        if (window.size() > WINDOW) {
            window.removeFirst();
        }
        return now;
    }

    private Set<String> those(Predicate<AlarmWatch> chosen) {
        return watches.entrySet().stream()
                .filter(watch -> chosen.test(watch.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
