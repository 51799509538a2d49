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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import io.coordination.spring.boot.actuate.CoordinationMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What is measured of a coordinator. */
class CoordinationMetricsTests {

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final ApplicationContextRunner plain = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MetricsAutoConfiguration.class,
                    CoordinationMetricsAutoConfiguration.class,
                    CoordinationAutoConfiguration.class))
            .withPropertyValues(
                    "coordination.url=" + store.url(), "coordination.groups=g", "coordination.session-timeout=1s")
            .withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.driver(store.line()));
    private final ApplicationContextRunner runner = plain.withBean(MeterRegistry.class, SimpleMeterRegistry::new);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void waitsAndHoldsAreTimedByNameAndOutcome() {
        runner.run(context -> {
            var meters = context.getBean(MeterRegistry.class);
            var lock = context.getBean(Coordinator.class).lock("x");
            lock.tryAcquire().orElseThrow().close();
            lock.tryAcquire(Duration.ofSeconds(1)).orElseThrow().close();
            try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
                assertThat(lock.tryAcquire()).isEmpty();
                assertThat(lock.tryAcquire(Duration.ofMillis(30))).isEmpty();
                assertThat(theirs.isValid()).isTrue();
            }
            store.line().cut();
            assertThatExceptionOfType(CoordinationException.class).isThrownBy(lock::tryAcquire);
            store.line().restore();
            assertThat(waits(meters, "x", "acquired").count()).isEqualTo(2);
            assertThat(waits(meters, "x", "contended").count()).isEqualTo(2);
            assertThat(waits(meters, "x", "contended").max(TimeUnit.MILLISECONDS))
                    .as("of the 30 which begin a moment before they are timed")
                    .isGreaterThan(15);
            assertThat(waits(meters, "x", "failed").count()).isEqualTo(1);
            assertThat(holds(meters, "x", "released").count()).isEqualTo(2);
        });
    }

    private static Timer waits(MeterRegistry meters, String lock, String outcome) {
        return meters.get("coordination.lock.wait")
                .tag("lock", lock)
                .tag("outcome", outcome)
                .timer();
    }

    private static Timer holds(MeterRegistry meters, String lock, String end) {
        return meters.get("coordination.lock.hold")
                .tag("lock", lock)
                .tag("end", end)
                .timer();
    }

    @Test
    void lossIsCountedByItsReason() {
        runner.run(context -> {
            var meters = context.getBean(MeterRegistry.class);
            context.getBean(Coordinator.class).lock("x").tryAcquire().orElseThrow();
            assertThat(meters.get("coordination.leases").gauge().value()).isEqualTo(1);
            assertThat(other.lock("x").forceRelease()).isTrue();
            eventually(
                    "the loss is counted",
                    () -> meters.find("coordination.lock.hold")
                                    .tag("end", "lost")
                                    .timer()
                            != null);
            assertThat(holds(meters, "x", "lost").count()).isEqualTo(1);
            assertThat(losses(meters, "evicted")).isEqualTo(1);
            assertThat(losses(meters, "expired")).isZero();
            assertThat(meters.get("coordination.leases").gauge().value()).isZero();
        });
    }

    private static double losses(MeterRegistry meters, String reason) {
        return meters.get("coordination.leases.lost")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    void threadThatWaitsIsShown() {
        runner.run(context -> {
            var meters = context.getBean(MeterRegistry.class);
            var mine = context.getBean(Coordinator.class);
            var waiting = meters.get("coordination.lock.waiting").gauge();
            var theirs = other.lock("x").tryAcquire().orElseThrow();
            var waiter = CompletableFuture.supplyAsync(() -> {
                try {
                    return mine.lock("x").acquire();
                } catch (InterruptedException unexpected) {
                    throw new IllegalStateException(unexpected);
                }
            });
            eventually("it waits", () -> waiting.value() == 1);
            theirs.close();
            waiter.join().close();
            assertThat(waiting.value()).isZero();
        });
    }

    @Test
    void sizeOfAGroupFollowsItsMembers() {
        runner.run(context -> {
            var size = context.getBean(MeterRegistry.class)
                    .get("coordination.group.size")
                    .tag("group", "g")
                    .gauge();
            eventually("this member is in it", () -> size.value() == 1);
            other.group("g").join(Map.of());
            eventually("another one joined", () -> size.value() == 2);
            other.group("g").leave();
            eventually("it left", () -> size.value() == 1);
        });
    }

    @Test
    void stateLeadershipAndRenewalsAreShown() {
        runner.run(context -> {
            var meters = context.getBean(MeterRegistry.class);
            var leader = meters.get("coordination.leader").tag("group", "g").gauge();
            eventually("this member leads", () -> leader.value() == 1);
            assertThat(state(meters, "live")).isEqualTo(1);
            assertThat(state(meters, "suspended")).isZero();
            assertThat(state(meters, "lost")).isZero();
            eventually("a renewal is timed", () -> renewals(meters, "confirmed") > 0);
            store.line().cut();
            eventually("a renewal that fails is timed", () -> renewals(meters, "failed") > 0);
            store.line().restore();
        });
    }

    private static double state(MeterRegistry meters, String state) {
        return meters.get("coordination.session.state")
                .tag("state", state)
                .gauge()
                .value();
    }

    private static long renewals(MeterRegistry meters, String outcome) {
        var timer = meters.find("coordination.session.renewal")
                .tag("outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    @Test
    void namesBeyondTheCapAreCountedTogether() {
        runner.withPropertyValues("coordination.metrics.max-lock-names=2").run(context -> {
            var coordinator = context.getBean(Coordinator.class);
            for (var i = 0; i < 100; i++) {
                coordinator.lock("order-" + i).tryAcquire().orElseThrow().close();
            }
            var meters = context.getBean(MeterRegistry.class);
            assertThat(meters.find("coordination.lock.hold").meters().stream()
                            .map(Meter::getId)
                            .map(id -> id.getTag("lock")))
                    .containsExactlyInAnyOrder("order-0", "order-1", "other");
            assertThat(holds(meters, "other", "released").count()).isEqualTo(98);
        });
    }

    @Test
    void withoutMicrometerOrARegistryNothingIsMeasured() {
        plain.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordinationMetrics.class));
        new ApplicationContextRunner()
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .withConfiguration(AutoConfigurations.of(
                        CoordinationMetricsAutoConfiguration.class, CoordinationAutoConfiguration.class))
                .withPropertyValues("coordination.url=" + store.url())
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class));
    }
}
