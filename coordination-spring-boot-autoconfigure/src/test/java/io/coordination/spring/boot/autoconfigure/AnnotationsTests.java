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

import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LockHeldException;
import io.coordination.NotLeaderException;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.annotation.LockMode;
import io.coordination.spring.annotation.Otherwise;
import io.coordination.spring.aop.BadGuardException;
import io.coordination.spring.aop.CurrentLease;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Annotations on beans of an application. */
class AnnotationsTests {

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    CoordinationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url(), "coordination.groups=g");

    @AfterEach
    void close() {
        store.close();
    }

    static class Names {

        private final Coordinator coordinator;

        Names(Coordinator coordinator) {
            this.coordinator = coordinator;
        }

        @DistributedLock("${lock.prefix}-a")
        public String placeholder() {
            return held();
        }

        @DistributedLock("${lock.prefix}-#{@tenants.get()}-#{#id}")
        public String template(long id) {
            return held();
        }

        private String held() {
            return coordinator.leases().stream().map(Lease::name).findFirst().orElseThrow();
        }
    }

    @Test
    void namesKnowPlaceholdersAndBeans() {
        runner.withPropertyValues("lock.prefix=orders")
                .withBean("tenants", Supplier.class, () -> () -> "acme")
                .withBean(Names.class)
                .run(context -> {
                    var names = context.getBean(Names.class);
                    assertThat(names.placeholder()).isEqualTo("orders-a");
                    assertThat(names.template(7)).isEqualTo("orders-acme-7");
                });
    }

    @Test
    void placeholderThatIsNotSetStopsTheStart() {
        runner.withBean(Names.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(IllegalArgumentException.class)
                        .hasStackTraceContaining("@DistributedLock on " + Names.class.getName())
                        .hasStackTraceContaining("lock.prefix"));
    }

    static class Times {

        @DistributedLock(name = "x", waitTime = "${times.wait}", onContention = Otherwise.FAIL)
        public void waiting() {}

        @DistributedLock(name = "y")
        public void byProperties() {}
    }

    @Test
    void timesComeFromPlaceholdersAndProperties() {
        runner.withPropertyValues(
                        "times.wait=PT0.012S",
                        "coordination.lock.wait-time=13ms",
                        "coordination.lock.on-contention=fail",
                        "coordination.lock.at-least=1h")
                .withBean(Times.class)
                .run(context -> {
                    other.lock("x").acquire();
                    var times = context.getBean(Times.class);
                    assertThatExceptionOfType(LockHeldException.class)
                            .isThrownBy(times::waiting)
                            .withMessageContaining("PT0.012S");
                    times.byProperties();
                    assertThatExceptionOfType(LockHeldException.class)
                            .isThrownBy(times::byProperties)
                            .withMessageContaining("PT0.013S");
                });
    }

    static class Leaders {

        @LeaderOnly
        public String lead() {
            return "led";
        }

        @LeaderOnly(group = "g", otherwise = Otherwise.SKIP)
        public String skip() {
            return "led";
        }
    }

    @Test
    void propertyDecidesWhatAFollowerDoes() {
        runner.withPropertyValues("coordination.leader.otherwise=fail", "coordination.leader.campaign=false")
                .withBean(Leaders.class)
                .run(context -> {
                    var leaders = context.getBean(Leaders.class);
                    assertThatExceptionOfType(NotLeaderException.class).isThrownBy(leaders::lead);
                    assertThat(leaders.skip()).isNull();
                });
    }

    @Test
    void leaderOfTheJoinedGroupRuns() {
        runner.withBean(Leaders.class).run(context -> {
            var leaders = context.getBean(Leaders.class);
            eventually("it leads", () -> "led".equals(leaders.lead()));
            assertThat(leaders.skip()).isEqualTo("led");
        });
    }

    static class OtherGroup {

        @LeaderOnly("${group}")
        public String lead() {
            return "led";
        }
    }

    @Test
    void applicationStandsInGroupsThatOnlyAnnotationsName() {
        runner.withPropertyValues("group=reports").withBean(OtherGroup.class).run(context -> {
            eventually(
                    "it leads",
                    () -> "led".equals(context.getBean(OtherGroup.class).lead()));
            assertThat(context.getBean(Coordinator.class).joinedGroups()).containsExactly("g");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyGroup {

        @Bean
        @Lazy
        OtherGroup otherGroup() {
            return new OtherGroup();
        }
    }

    @Test
    void applicationStandsInTheGroupOfABeanThatIsMadeLater() {
        runner.withPropertyValues("group=reports")
                .withUserConfiguration(LazyGroup.class)
                .run(context -> {
                    assertThat(context.getBean(Coordinator.class).elections()).hasSize(1);
                    eventually(
                            "it leads",
                            () -> "led".equals(context.getBean(OtherGroup.class).lead()));
                });
    }

    @Target({ElementType.METHOD, ElementType.TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLock(mode = LockMode.SHARED, onContention = Otherwise.FAIL)
    @interface Reading {

        @AliasFor(annotation = DistributedLock.class, attribute = "name")
        String value();
    }

    static class Meta {

        @Reading("document-#{#id}")
        public void read(long id) {}
    }

    @Test
    void metaAnnotationWorks() {
        runner.withBean(Meta.class).run(context -> {
            other.lock("document-1").shared().acquire();
            context.getBean(Meta.class).read(1);
            other.lock("document-2").acquire();
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(() -> context.getBean(Meta.class).read(2));
        });
    }

    interface Reports {

        @DistributedLock("interface-#{#a0}")
        String write(String name);
    }

    static class PlainReports implements Reports {

        @Override
        public String write(String name) {
            return CurrentLease.get().orElseThrow().name();
        }
    }

    @Test
    void annotationOnAnInterfaceWorksWithBothKindsOfProxies() {
        runner.withBean(PlainReports.class).run(context -> {
            assertThat(AopUtils.isCglibProxy(context.getBean(Reports.class))).isTrue();
            assertThat(context.getBean(Reports.class).write("a")).isEqualTo("interface-a");
        });
        runner.withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean(PlainReports.class)
                .run(context -> {
                    assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Reports.class)))
                            .isTrue();
                    assertThat(context.getBean(Reports.class).write("a")).isEqualTo("interface-a");
                });
    }

    @DistributedLock("type")
    static class Whole {

        public String ofType() {
            return CurrentLease.get().orElseThrow().name();
        }

        @DistributedLock("method")
        public String ofMethod() {
            return CurrentLease.get().orElseThrow().name();
        }

        String notPublic() {
            return CurrentLease.get().map(Lease::name).orElse("unguarded");
        }

        @Override
        public String toString() {
            return CurrentLease.get().map(Lease::name).orElse("own");
        }
    }

    static class Inherited extends Whole {}

    @Test
    void annotationOnATypeGuardsItsPublicMethods() {
        runner.withBean(Whole.class).run(context -> {
            var whole = context.getBean(Whole.class);
            assertThat(whole.ofType()).isEqualTo("type");
            assertThat(whole.ofMethod()).isEqualTo("method");
            assertThat(whole.notPublic()).isEqualTo("unguarded");
            assertThat(whole).hasToString("own");
        });
    }

    @Test
    void annotationOnASuperclassGuardsItsSubclasses() {
        runner.withBean(Inherited.class)
                .run(context ->
                        assertThat(context.getBean(Inherited.class).ofType()).isEqualTo("type"));
    }

    static class Refused {

        @DistributedLock("x")
        public int primitive() {
            return 1;
        }
    }

    @Test
    void wrongAnnotationStopsTheStart() {
        runner.withBean(Refused.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(BadGuardException.class)
                        .hasMessageContaining("Refused.primitive()"));
    }

    static class Scoped {

        @DistributedLock("x")
        public Boolean guarded() {
            return CurrentLease.get().isPresent();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ScopedConfiguration {

        @Bean
        @Scope("prototype")
        Scoped scoped() {
            return new Scoped();
        }
    }

    @Test
    void prototypesAreGuarded() {
        runner.withUserConfiguration(ScopedConfiguration.class)
                .run(context ->
                        assertThat(context.getBean(Scoped.class).guarded()).isTrue());
    }

    static class Job {

        private final CountDownLatch ran = new CountDownLatch(1);

        @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.MILLISECONDS)
        @LeaderOnly
        @DistributedLock("job")
        public void run() {
            if (CurrentLease.get().isPresent()) {
                ran.countDown();
            }
        }

        public boolean hasRun() throws InterruptedException {
            return ran.await(20, TimeUnit.SECONDS);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    @Test
    void scheduledMethodsAreGuarded() {
        runner.withUserConfiguration(Scheduling.class)
                .withBean(Job.class)
                .run(context -> assertThat(context.getBean(Job.class).hasRun()).isTrue());
    }

    static class Everything {

        private final List<String> trace;
        private final Coordinator coordinator;
        private int calls;

        Everything(List<String> trace, Coordinator coordinator) {
            this.trace = trace;
            this.coordinator = coordinator;
        }

        @Async
        @Retryable(includes = IOException.class, delay = 1)
        @LeaderOnly
        @DistributedLock("x")
        @Transactional(rollbackFor = IOException.class)
        public void work() throws IOException {
            trace.add("call " + holders(coordinator));
            if (++calls == 1) {
                throw new IOException("again");
            }
        }

        static int holders(Coordinator coordinator) {
            return coordinator.lock("x").holders().size();
        }
    }

    /** Notes in which order things happen, and how many hold the lock then. */
    static class RecordingTransactions extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1L;

        private final transient List<String> trace;
        private final transient Coordinator coordinator;

        RecordingTransactions(List<String> trace, Coordinator coordinator) {
            this.trace = trace;
            this.coordinator = coordinator;
        }

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, org.springframework.transaction.TransactionDefinition definition) {
            trace.add("begin " + Everything.holders(coordinator));
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            trace.add("commit " + Everything.holders(coordinator));
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            trace.add("rollback " + Everything.holders(coordinator));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @EnableResilientMethods
    @EnableTransactionManagement
    static class EverythingConfiguration {

        private final List<String> trace = java.util.Collections.synchronizedList(new ArrayList<>());

        @Bean
        List<String> trace() {
            return trace;
        }

        @Bean
        Everything everything(Coordinator coordinator) {
            return new Everything(trace, coordinator);
        }

        @Bean
        PlatformTransactionManager transactions(Coordinator coordinator) {
            return new RecordingTransactions(trace, coordinator);
        }
    }

    @Test
    void lockIsTakenBeforeTheTransactionBeginsAndReleasedAfterItEnded() {
        runner.withUserConfiguration(EverythingConfiguration.class).run(context -> {
            eventually(
                    "it leads",
                    () -> context.getBean(Coordinator.class).election("g").isLeader());
            context.getBean(Everything.class).work();
            var trace = context.getBean(EverythingConfiguration.class).trace;
            eventually("all is done", () -> trace.contains("commit 1"));
            assertThat(trace).containsExactly("begin 1", "call 1", "rollback 1", "begin 1", "call 1", "commit 1");
            eventually("the lock is free", () -> Everything.holders(other) == 0);
        });
    }

    @Test
    void adviceIsInThePromisedOrder() {
        runner.withUserConfiguration(EverythingConfiguration.class).run(context -> {
            var advised = (Advised) context.getBean(Everything.class);
            assertThat(advised.getAdvisors())
                    .extracting(advisor -> advisor.getAdvice().getClass().getSimpleName())
                    .filteredOn(name -> !name.startsWith("Expose"))
                    .map(name -> name.replaceFirst("^Annotation(Async)", "$1"))
                    .containsExactly(
                            "AsyncExecutionInterceptor",
                            "RetryAnnotationInterceptor",
                            "LeaderInterceptor",
                            "LockInterceptor",
                            "TransactionInterceptor");
            assertThat(advised.getAdvisors()).allMatch(advisor -> advisor.getAdvice() instanceof MethodInterceptor);
        });
    }
}
