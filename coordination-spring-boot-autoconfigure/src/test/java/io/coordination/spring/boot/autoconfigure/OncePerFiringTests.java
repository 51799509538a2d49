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
import static org.assertj.core.api.Assertions.assertThatException;

import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.aop.CurrentLease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/** Three applications whose scheduler calls the same method. */
class OncePerFiringTests {

    private final TestStore store = new TestStore();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    TaskSchedulingAutoConfiguration.class,
                    CoordinationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url());

    @AfterEach
    void close() {
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    /** What was run, by all applications of a test. */
    static final class Runs extends CopyOnWriteArrayList<Instant> {

        private static final long serialVersionUID = 1L;
    }

    static class EverySecond {

        private final List<Instant> runs;

        EverySecond(Runs runs) {
            this.runs = runs;
        }

        @Scheduled(cron = "* * * * * *", zone = "UTC")
        @DistributedLock(name = "cron", once = true)
        public void run() {
            runs.add(CurrentLease.planned().orElseThrow());
        }
    }

    static class AtARate {

        private final List<Instant> runs;

        AtARate(Runs runs) {
            this.runs = runs;
        }

        @Scheduled(fixedRateString = "${rate:200ms}", initialDelay = 1)
        @DistributedLock(name = "rate", once = true)
        public void run() {
            runs.add(CurrentLease.planned().orElseThrow());
        }
    }

    /** Asks for the next time before what was planned for the last has begun. */
    @Configuration(proxyBeanMethods = false)
    static class OwnScheduler {

        @Bean
        TaskScheduler taskScheduler() {
            return new SimpleAsyncTaskScheduler();
        }
    }

    @Test
    void cronIsRunOnceForEachSecond() {
        eachIsRunOnce(runner.withBean(EverySecond.class), 3, Duration.ofSeconds(1));
    }

    @Test
    void fixedRateIsRunOnceForEachMultiple() {
        eachIsRunOnce(runner.withBean(AtARate.class), 10, Duration.ofMillis(200));
    }

    @Test
    void schedulerOfTheApplicationIsUsed() {
        eachIsRunOnce(
                runner.withBean(AtARate.class).withUserConfiguration(OwnScheduler.class), 10, Duration.ofMillis(200));
    }

    private static void eachIsRunOnce(ApplicationContextRunner application, int times, Duration period) {
        var runs = new Runs();
        var member = application.withUserConfiguration(Scheduling.class).withBean(Runs.class, () -> runs);
        nested(List.of(member, member, member), context -> {
            eventually("it runs", () -> runs.size() >= times);
        });
        var sorted = new ArrayList<>(runs);
        sorted.sort(null);
        assertThat(sorted)
                .doesNotHaveDuplicates()
                .allSatisfy(planned ->
                        assertThat(planned.toEpochMilli() % period.toMillis()).isZero());
    }

    private static void nested(List<ApplicationContextRunner> applications, Consumer<Object> inside) {
        applications.get(0).run(context -> {
            assertThat(context).hasNotFailed();
            if (applications.size() == 1) {
                inside.accept(context);
            } else {
                nested(applications.subList(1, applications.size()), inside);
            }
        });
    }

    @Test
    void beanThatIsMadeAfterTheScheduleIsRefused() {
        runner.withUserConfiguration(Scheduling.class, LazyJob.class)
                .withBean(Runs.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThatException()
                            .isThrownBy(() -> context.getBean(EverySecond.class))
                            .havingRootCause()
                            .withMessage("@DistributedLock on " + EverySecond.class.getName()
                                    + ".run(): once needs its bean before the application's schedule is made; do not make"
                                    + " it lazily");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyJob {

        @Bean
        @Lazy
        EverySecond job(Runs runs) {
            return new EverySecond(runs);
        }
    }
}
