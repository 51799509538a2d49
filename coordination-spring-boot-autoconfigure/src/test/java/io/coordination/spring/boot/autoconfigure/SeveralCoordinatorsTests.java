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

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.Lease;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.aop.BadGuardException;
import io.coordination.spring.boot.actuate.CoordinationInfoContributor;
import io.coordination.spring.event.CoordinationEvent;
import io.coordination.spring.event.CoordinationEvent.LeadershipGranted;
import io.coordination.spring.event.CoordinationEvent.LeadershipRevoked;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.event.EventListener;

/** Several coordinators in one application. */
class SeveralCoordinatorsTests {

    private static final TestStore AUDIT = new TestStore();

    private final TestStore store = new TestStore();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    CoordinationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class))
            .withPropertyValues(
                    "coordination.url=" + store.url(),
                    "coordination.groups=g",
                    "coordination.member-id=me",
                    "coordination.session-timeout=7s");

    @AfterEach
    void close() {
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    static class Audit {

        @Bean(defaultCandidate = false)
        @Qualifier("audits")
        Coordinator audit(CoordinatorBuilder builder) {
            return builder.url(AUDIT.url()).open();
        }
    }

    static class Work {

        @DistributedLock("x")
        public <T> T here(Supplier<T> body) {
            return body.get();
        }

        @DistributedLock(name = "x", coordinator = "audit")
        public <T> T audited(Supplier<T> body) {
            return body.get();
        }

        @LeaderOnly(group = "auditors", coordinator = "audits")
        public String lead() {
            return "led";
        }
    }

    private static List<String> held(Coordinator coordinator) {
        return coordinator.leases().stream().map(Lease::name).toList();
    }

    @Test
    void annotationsNameTheirCoordinatorByBeanOrQualifier() {
        runner.withUserConfiguration(Audit.class).withBean(Work.class).run(context -> {
            var work = context.getBean(Work.class);
            var main = context.getBean(Coordinator.class);
            var audit = context.getBean("audit", Coordinator.class);
            assertThat(work.here(() -> held(main))).containsExactly("x");
            assertThat(work.audited(() -> held(audit))).containsExactly("x");
            assertThat(work.audited(() -> held(main))).isEmpty();
            eventually("it leads where it was told to", () -> "led".equals(work.lead()));
            assertThat(audit.election("auditors").isLeader()).isTrue();
            assertThat(main.elections()).noneMatch(election -> election.group().equals("auditors"));
        });
    }

    @Test
    void lockOfOneCoordinatorIsNotThatOfAnother() {
        runner.withUserConfiguration(Audit.class).withBean(Work.class).run(context -> {
            var work = context.getBean(Work.class);
            var audit = context.getBean("audit", Coordinator.class);
            assertThat(work.here(() -> work.audited(() -> held(audit)))).containsExactly("x");
        });
    }

    @Test
    void builderKnowsThePropertiesButNotTheStore() {
        runner.withUserConfiguration(Audit.class).run(context -> {
            var audit = context.getBean("audit", Coordinator.class);
            assertThat(audit.memberId()).isEqualTo("me");
            assertThat(audit.sessionTimeout()).hasSeconds(7);
            assertThat(audit.url()).isEqualTo(AUDIT.url());
            assertThat(context.getBean(Coordinator.class).url()).isEqualTo(store.url());
            assertThat(context.getBean(CoordinatorBuilder.class))
                    .isNotSameAs(context.getBean(CoordinatorBuilder.class));
        });
    }

    @Test
    void eachIsClosedWithTheApplication() {
        runner.withUserConfiguration(Audit.class).withBean(Work.class).run(context -> {
            var audit = context.getBean("audit", Coordinator.class);
            eventually("it leads", () -> audit.election("auditors").isLeader());
            context.close();
            try (var other = AUDIT.member("other")) {
                assertThat(other.leader("auditors")).isEmpty();
            }
        });
    }

    @Test
    void healthHasAPartForEach() {
        runner.withConfiguration(AutoConfigurations.of(CoordinationHealthContributorAutoConfiguration.class))
                .withUserConfiguration(Audit.class)
                .run(context -> assertThat(context.getBean(CompositeHealthContributor.class).stream())
                        .extracting(CompositeHealthContributor.Entry::name)
                        .containsExactlyInAnyOrder("coordinator", "audit"));
    }

    static class Misspelled {

        @DistributedLock(name = "x", coordinator = "audti")
        public void work() {}
    }

    @Test
    void unknownNameStopsTheStartAndSaysWhichThereAre() {
        runner.withUserConfiguration(Audit.class)
                .withBean(Misspelled.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(BadGuardException.class)
                        .hasMessageEndingWith("there is no Coordinator bean 'audti'; there is 'audit', 'coordinator'"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Equals {

        @Bean
        Coordinator one() {
            return Coordinator.open(AUDIT.url());
        }

        @Bean
        Coordinator two() {
            return Coordinator.open(AUDIT.url());
        }
    }

    static class Nameless {

        @DistributedLock("x")
        public String work() {
            return "ran";
        }
    }

    @Test
    void twoEqualOnesStopTheStartOfAnAnnotationThatNamesNone() {
        runner.withUserConfiguration(Equals.class)
                .withBean(Nameless.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(BadGuardException.class)
                        .hasMessageEndingWith(
                                "it names no coordinator, and of the beans 'one', 'two' not one is the default."
                                        + " Name one, as in coordinator = \"one\", make one @Primary, or make the others"
                                        + " @Bean(defaultCandidate = false)"));
    }

    static class LeadsByName {

        @LeaderOnly(group = "g", coordinator = "one")
        public void work() {}
    }

    @Test
    void leadersNeedADefaultThatFindsWhoStands() {
        runner.withUserConfiguration(Equals.class)
                .withBean(LeadsByName.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(BadGuardException.class)
                        .hasMessageContaining("make one @Primary"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OnePrimary {

        @Bean
        @Primary
        Coordinator one() {
            return Coordinator.open(AUDIT.url());
        }

        @Bean
        Coordinator two() {
            return Coordinator.open(AUDIT.url());
        }
    }

    @Test
    void primaryOneIsMeant() {
        runner.withUserConfiguration(OnePrimary.class).withBean(Nameless.class).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(MembershipLifecycle.class);
            assertThat(context.getBean(Nameless.class).work()).isEqualTo("ran");
            assertThat(context.getBean("one", Coordinator.class).joinedGroups()).containsExactly("g");
            assertThat(context.getBean("two", Coordinator.class).joinedGroups()).isEmpty();
        });
    }

    static class LeadsTheSameGroup {

        @LeaderOnly(group = "g", coordinator = "audit")
        public String lead() {
            return "led";
        }
    }

    static class Told {

        private final List<CoordinationEvent> events = new CopyOnWriteArrayList<>();

        @EventListener
        void on(CoordinationEvent event) {
            events.add(event);
        }
    }

    @Test
    void beanOfTheLeaderFollowsTheDefaultOneAndNoEqualGroupOfAnother() {
        var rival = store.member("rival").election("g").campaign();
        eventually("a rival leads", rival::isLeader);
        runner.withUserConfiguration(Audit.class)
                .withBean(LeadsTheSameGroup.class)
                .withBean(LeaderLifecyclesTests.Poller.class)
                .withBean(Told.class)
                .run(context -> {
                    var poller = context.getBean(LeaderLifecyclesTests.Poller.class);
                    var elsewhere = context.getBean("audit", Coordinator.class).election("g");
                    var events = context.getBean(Told.class).events;
                    eventually("it leads elsewhere", elsewhere::isLeader);
                    rival.close();
                    eventually("it is started", poller::isRunning);
                    elsewhere.resign();
                    eventually("it leads elsewhere again", elsewhere::isLeader);
                    context.getBean(Coordinator.class).election("g").resign();
                    eventually("it leads again", () -> told(events, LeadershipGranted.class) >= 2);
                    assertThat(told(events, LeadershipGranted.class)).isEqualTo(2);
                    assertThat(told(events, LeadershipRevoked.class)).isEqualTo(1);
                });
    }

    @Test
    void beanOfTheLeaderNeedsADefaultThatStartsIt() {
        runner.withUserConfiguration(Equals.class)
                .withBean("poller", LeaderLifecyclesTests.Poller.class)
                .run(
                        context -> assertThat(context)
                                .getFailure()
                                .hasMessage(
                                        "@LeaderLifecycle on bean 'poller': there is no Coordinator bean that is the default, so"
                                                + " nothing would start it; set coordination.url, or make one of several @Primary"));
    }

    private static long told(List<CoordinationEvent> events, Class<?> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    private ApplicationContextRunner watched() {
        return runner.withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CoordinationMetricsAutoConfiguration.class,
                        CoordinationInfoContributorAutoConfiguration.class))
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new);
    }

    private static Info info(ApplicationContext context) {
        var builder = new Info.Builder();
        context.getBean(CoordinationInfoContributor.class).contribute(builder);
        return builder.build();
    }

    @Test
    void metersAndInfoAreOfTheDefaultOne() {
        watched().withUserConfiguration(Audit.class).run(context -> {
            var meters = context.getBean(MeterRegistry.class);
            var leases = meters.get("coordination.leases").gauge();
            context.getBean("audit", Coordinator.class).lock("theirs").acquire();
            assertThat(leases.value()).isZero();
            context.getBean(Coordinator.class).lock("mine").acquire();
            assertThat(leases.value()).isEqualTo(1);
            assertThat(meters.get("coordination.lock.wait").timers())
                    .extracting(timer -> timer.getId().getTag("lock"))
                    .containsExactly("mine");
            context.getBean("audit", Coordinator.class).group("theirs").join(Map.of());
            assertThat(info(context).get("coordination")).asString().contains("groups=[g]");
        });
    }

    @Test
    void withoutADefaultTheApplicationStartsAndIsSilentAboutWhichOne() {
        watched().withUserConfiguration(Equals.class).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(CoordinationInfoContributor.class);
            assertThat(context.getBean(MeterRegistry.class)
                            .get("coordination.leases")
                            .gauge()
                            .value())
                    .isNaN();
        });
    }
}
