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
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.coordination.Coordinator;
import io.coordination.LeaseLostException;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.observation.AcquireObservationContext;
import io.coordination.spring.observation.AcquireObservationConvention;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

/** What a trace shows of locks and guarded work. */
class ObservationTests {

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final TestObservationRegistry observations = TestObservationRegistry.create();
    private final SimpleTracer tracer = new SimpleTracer();
    private final ApplicationContextRunner plain = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationObservationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class,
                    CoordinationAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url(), "coordination.session-timeout=1s")
            .withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.driver(store.line()))
            .withBean(Work.class);
    private final ApplicationContextRunner runner = plain.withBean(ObservationRegistry.class, () -> observations);

    @AfterEach
    void close() {
        store.close();
    }

    static class Work {

        @DistributedLock(name = "report")
        String write(Supplier<String> result) {
            return result.get();
        }

        @DistributedLock(name = "order-#{#number}")
        Integer order(int number) {
            return number;
        }

        @DistributedLock(name = "stage")
        CompletableFuture<String> stage(CompletableFuture<String> work) {
            return work;
        }

        @DistributedLock(name = "mono")
        Mono<String> mono(Mono<String> work) {
            return work;
        }

        @LeaderOnly(group = "g")
        @Nullable
        String lead() {
            return "led";
        }
    }

    private Observation request() {
        return Observation.createNotStarted("request", observations);
    }

    private List<SimpleSpan> trace() {
        return List.copyOf(tracer.getSpans());
    }

    private SimpleSpan span(String name) {
        return trace().stream()
                .filter(span -> name.equals(span.getName()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void traceShowsTheWaitAndTheWorkUnderTheCaller() {
        observations.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
        runner.run(context -> {
            var work = context.getBean(Work.class);
            assertThat(request().observe(() -> work.write(() -> "written"))).isEqualTo("written");
            var request = span("request").context().spanId();
            var wait = span("acquire lock");
            var guarded = span("guarded Work.write");
            assertThat(List.of(wait, guarded)).allSatisfy(span -> {
                assertThat(span.context().parentId()).isEqualTo(request);
                assertThat(span.getTags()).containsEntry("coordination.name", "report");
                assertThat(span.getEndTimestamp()).isNotNull();
            });
            assertThat(wait.getTags())
                    .containsEntry("outcome", "acquired")
                    .containsEntry("mode", "exclusive")
                    .containsEntry("exception", "none");
            assertThat(guarded.getTags())
                    .containsEntry("outcome", "done")
                    .containsEntry("guard", "lock")
                    .containsEntry("code.function", "write")
                    .containsEntry("coordination.token", wait.getTags().get("coordination.token"));
        });
    }

    @Test
    void contentionIsAnOutcomeAndNothingWorks() {
        runner.run(context -> {
            try (var theirs = other.lock("report").tryAcquire().orElseThrow()) {
                assertThat(context.getBean(Work.class).write(() -> "written")).isNull();
                assertThat(theirs.isValid()).isTrue();
            }
            TestObservationRegistryAssert.assertThat(observations)
                    .hasNumberOfObservationsEqualTo(1)
                    .hasObservationWithNameEqualTo("coordination.acquire")
                    .that()
                    .hasLowCardinalityKeyValue("outcome", "contended")
                    .hasBeenStopped()
                    .doesNotHaveError();
        });
    }

    @Test
    void failureOfTheStoreAndOfTheWorkAreErrors() {
        runner.run(context -> {
            var work = context.getBean(Work.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> work.write(() -> {
                        throw new IllegalStateException("broken");
                    }));
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("coordination.guarded")
                    .that()
                    .hasLowCardinalityKeyValue("outcome", "failed")
                    .hasLowCardinalityKeyValue("exception", "IllegalStateException")
                    .hasError();
            observations.clear();
            store.line().cut();
            assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> work.write(() -> "written"));
            store.line().restore();
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("coordination.acquire")
                    .that()
                    .hasLowCardinalityKeyValue("outcome", "failed")
                    .hasError();
        });
    }

    @Test
    void workWhoseLeaseIsLostSaysSo() {
        runner.run(context -> {
            var work = context.getBean(Work.class);
            var mine = context.getBean(Coordinator.class);
            assertThatExceptionOfType(LeaseLostException.class)
                    .isThrownBy(() -> work.write(() -> {
                        other.lock("report").forceRelease();
                        eventually("it is lost", () -> mine.leases().isEmpty());
                        return "written";
                    }));
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("coordination.guarded")
                    .that()
                    .hasLowCardinalityKeyValue("outcome", "lost");
        });
    }

    @Test
    void workOfAStageIsObservedUntilItIsComplete() {
        runner.run(context -> {
            var stage = new CompletableFuture<String>();
            var result = context.getBean(Work.class).stage(stage);
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("coordination.guarded")
                    .that()
                    .hasBeenStarted()
                    .isNotStopped();
            stage.complete("done");
            assertThat(result.join()).isEqualTo("done");
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("coordination.guarded")
                    .that()
                    .hasBeenStopped();
        });
    }

    @Test
    void publisherIsObservedUnderTheObservationOfItsSubscriber() {
        observations.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
        runner.run(context -> {
            var request = request().start();
            var inside = context.getBean(Work.class).mono(Mono.deferContextual(seen -> {
                Observation around = seen.get("micrometer.observation");
                return Mono.just(around.getContext().getName());
            }));
            assertThat(trace()).as("nothing before somebody subscribes").hasSize(1);
            assertThat(inside.contextWrite(written -> written.put("micrometer.observation", request))
                            .block())
                    .isEqualTo("coordination.guarded");
            request.stop();
            var parent = span("request").context().spanId();
            assertThat(span("acquire lock").context().parentId()).isEqualTo(parent);
            assertThat(span("guarded Work.mono").context().parentId()).isEqualTo(parent);
            assertThat(span("guarded Work.mono").getEndTimestamp()).isNotNull();
        });
    }

    @Test
    void workOfTheLeaderIsObservedToo() {
        runner.run(context -> {
            var work = context.getBean(Work.class);
            eventually("it leads", () -> work.lead() != null);
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("coordination.guarded")
                    .that()
                    .hasLowCardinalityKeyValue("guard", "leader")
                    .hasLowCardinalityKeyValue("code.function", "lead")
                    .hasHighCardinalityKeyValue("coordination.name", "g");
        });
    }

    @Test
    void manyNamesMakeNoMoreMeters() {
        var meters = new SimpleMeterRegistry();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        runner.run(context -> {
            var work = context.getBean(Work.class);
            work.order(0);
            var atFirst = meters.getMeters().size();
            for (var number = 1; number < 1000; number++) {
                work.order(number);
            }
            assertThat(meters.getMeters()).hasSize(atFirst);
            assertThat(meters.get("coordination.guarded").timer().count()).isEqualTo(1000);
        });
    }

    @Test
    void applicationNamesThemItself() {
        runner.withBean(AcquireObservationConvention.class, () -> new AcquireObservationConvention() {
                    @Override
                    public String getName() {
                        return "my.locks";
                    }

                    @Override
                    public String getContextualName(AcquireObservationContext context) {
                        return "wait for " + context.getLock();
                    }
                })
                .run(context -> {
                    context.getBean(Work.class).write(() -> "written");
                    TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("my.locks")
                            .that()
                            .hasContextualNameEqualTo("wait for report");
                });
    }

    @Test
    void withoutMicrometerOrARegistryGuardedMethodsRun() {
        plain.run(context ->
                assertThat(context.getBean(Work.class).write(() -> "written")).isEqualTo("written"));
        new ApplicationContextRunner()
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .withConfiguration(AutoConfigurations.of(
                        CoordinationObservationAutoConfiguration.class,
                        CoordinationAnnotationsAutoConfiguration.class,
                        CoordinationAutoConfiguration.class))
                .withPropertyValues("coordination.url=" + store.url())
                .run(context -> assertThat(context).hasSingleBean(Coordinator.class));
    }
}
