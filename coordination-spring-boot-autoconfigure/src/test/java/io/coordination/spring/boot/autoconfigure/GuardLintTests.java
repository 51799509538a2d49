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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.annotation.LockMode;
import io.coordination.spring.aop.BadGuardException;
import jakarta.annotation.PostConstruct;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/** What is said at the start of annotations that look right and are not: each case, in its exact words. */
@ExtendWith(OutputCaptureExtension.class)
class GuardLintTests {

    private final TestStore store = new TestStore();
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

    static class CallsItself {

        private CallsItself other = this;

        @DistributedLock("x")
        public void work(long a, String b, Object c) {}

        public void directly(boolean yes) {
            var count = 1L + hashCode();
            work(count, yes ? "a" : String.valueOf(count), new int[] {1, 2});
        }

        public void throughAnother() {
            other.work(1, "a", this);
            new CallsItself().work(1, "a", this);
        }
    }

    @Test
    void callOnThis() {
        says(
                CallsItself.class,
                "@DistributedLock on " + CallsItself.class.getName()
                        + ".work(long, String, Object): it is called by directly() of its own class, past the proxy, so that"
                        + " call runs unguarded; call it through the bean that is injected, or move it to another class");
    }

    static class CallsItselfLater {

        @LeaderOnly
        public void work() {}

        public void inALambda(Executor executor) {
            executor.execute(() -> {
                if (hashCode() > 0) {
                    work();
                }
            });
        }
    }

    @Test
    void callOnThisInALambda() {
        says(
                CallsItselfLater.class,
                "@LeaderOnly on " + CallsItselfLater.class.getName()
                        + ".work(): it is called by inALambda() of its own class, past the proxy, so that call runs"
                        + " unguarded; call it through the bean that is injected, or move it to another class");
    }

    static class HandsItselfOver {

        @DistributedLock("x")
        public void work() {}

        public void byReference(Executor executor) {
            executor.execute(this::work);
        }
    }

    static class Inherits extends HandsItselfOver {

        @Override
        public void work() {
            super.work();
        }
    }

    @Test
    void referenceToAMethodOfThis() {
        says(
                HandsItselfOver.class,
                "@DistributedLock on " + HandsItselfOver.class.getName()
                        + ".work(): it is called by byReference() of its own class, past the proxy, so that call runs"
                        + " unguarded; call it through the bean that is injected, or move it to another class");
        says(
                Inherits.class,
                "@DistributedLock on " + Inherits.class.getName()
                        + ".work(): it is called by byReference() of its own class, past the proxy, so that call runs"
                        + " unguarded; call it through the bean that is injected, or move it to another class");
    }

    @DistributedLock("x")
    static class FinalMethod {

        public final void work() {}
    }

    @Test
    void finalMethodOfAGuardedClass() {
        says(
                FinalMethod.class,
                "@DistributedLock on " + FinalMethod.class.getName()
                        + ".work(): the method is final, so the annotation of its class does not guard it, and on the proxy it"
                        + " sees no field of the bean; make it not final");
    }

    static class AtItsStart {

        @PostConstruct
        @DistributedLock("x")
        public void load() {}
    }

    @Test
    void callbackOfTheContainer() {
        says(
                AtItsStart.class,
                "@DistributedLock on " + AtItsStart.class.getName()
                        + ".load(): the container calls a method with @PostConstruct on the bean itself, past the proxy, so it"
                        + " runs unguarded; move the work to a listener of ApplicationReadyEvent");
    }

    static class SameName {

        @DistributedLock("x")
        public void one() {}
    }

    static class SameNameToo {

        @DistributedLock("x")
        public void two() {}
    }

    static class SameNameOnPurpose {

        @DistributedLock("y")
        public void one() {}

        @DistributedLock(name = "y", waitTime = "1s")
        public void waits() {}

        @DistributedLock(name = "y", mode = LockMode.SHARED)
        public void reads() {}
    }

    @Test
    void oneNameOnTwoMethods() {
        failing()
                .withBean(SameName.class)
                .withBean(SameNameToo.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessage(failure("@DistributedLock on " + SameNameToo.class.getName()
                                + ".two(): lock 'x' is that of " + SameName.class.getName()
                                + ".one() too, and a call of one is skipped while the other runs; give each a name of its own,"
                                + " or let them wait (waitTime) if they must not run together")));
        failing()
                .withBean(SameNameOnPurpose.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    static class ShortLease {

        @DistributedLock(name = "x", leaseTime = "10ms")
        public void work() {}
    }

    static class LongLeast {

        @DistributedLock(name = "x", leaseTime = "1s", atLeast = "10s")
        public void work() {}
    }

    @Test
    void timesThatDoNotFit() {
        says(
                ShortLease.class,
                "@DistributedLock on " + ShortLease.class.getName()
                        + ".work(): leaseTime is PT0.01S, shorter than the PT0.05S by which a store's word is doubted, so the"
                        + " lease is lost before much is done; make it longer, or leave it out for no cap");
        says(
                LongLeast.class,
                "@DistributedLock on " + LongLeast.class.getName()
                        + ".work(): atLeast is PT10S, but leaseTime ends the lease after PT1S; make leaseTime longer");
    }

    static class OfAnotherGroup {

        @LeaderOnly("elsewhere")
        public void work() {}
    }

    @Test
    void leaderOfAGroupThatIsNotJoined() {
        says(
                OfAnotherGroup.class,
                "@LeaderOnly on " + OfAnotherGroup.class.getName()
                        + ".work(): the application stands in the election of group 'elsewhere' and is no member of it, so"
                        + " nobody sees it there; add the group to coordination.groups");
    }

    static class OnceOnTheLeader {

        @Scheduled(cron = "0 0 3 * * *")
        @LeaderOnly
        @DistributedLock(name = "x", once = true)
        public void work() {}
    }

    @Test
    void onceOnTheLeaderOnly() {
        says(
                OnceOnTheLeader.class,
                "@DistributedLock on " + OnceOnTheLeader.class.getName()
                        + ".work(): with @LeaderOnly other members do not come for a firing, so none makes up for a leader that"
                        + " dies in it; remove @LeaderOnly, as once is enough");
    }

    static class Asynchronous {

        @Async
        @DistributedLock("x")
        public void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(order = 0)
    static class AsyncInside {}

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class AsyncOutside {}

    @Test
    void asyncInsideOfTheLock() {
        failing()
                .withUserConfiguration(AsyncInside.class)
                .withBean(Asynchronous.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessage(failure("@DistributedLock on " + Asynchronous.class.getName()
                                + ".work(): @Async is inside of it, so it ends when the method was handed over and before it"
                                + " runs; leave the order of @EnableAsync as it is")));
        failing()
                .withUserConfiguration(AsyncOutside.class)
                .withBean(Asynchronous.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    static class Retrying {

        @Retryable
        @DistributedLock("x")
        public void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableResilientMethods(order = 0)
    static class RetryInside {}

    @Test
    void retryInsideOfTheLock() {
        failing()
                .withUserConfiguration(RetryInside.class)
                .withBean(Retrying.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessage(failure("@DistributedLock on " + Retrying.class.getName()
                                + ".work(): retries are inside of it, so they run on a lease that may be lost; leave the order"
                                + " of @EnableResilientMethods as it is")));
    }

    /** Puts a transaction around all that a bean has. */
    static class TransactionsOutside extends AbstractBeanFactoryAwareAdvisingPostProcessor {

        private static final long serialVersionUID = 1L;

        TransactionsOutside() {
            setBeforeExistingAdvisors(true);
            setOrder(Ordered.LOWEST_PRECEDENCE);
            advisor = new DefaultPointcutAdvisor(new TransactionInterceptor());
        }

        @Override
        protected boolean isEligible(Class<?> type) {
            return type == HandsItselfOverNot.class;
        }
    }

    static class HandsItselfOverNot {

        @DistributedLock("x")
        public void work() {}
    }

    @Test
    void transactionOutsideOfTheLock() {
        failing()
                .withBean(TransactionsOutside.class)
                .withBean(HandsItselfOverNot.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessage(failure("@DistributedLock on " + HandsItselfOverNot.class.getName()
                                + ".work(): @Transactional is outside of it, so it ends before the commit, and the next holder"
                                + " may not see what this one wrote; let the transaction be inside")));
    }

    @Test
    void warnsUnlessItIsTold(CapturedOutput output) {
        runner.withBean(SameName.class)
                .withBean(ShortLease.class)
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).contains("leaseTime is PT0.01S", "is skipped while the other runs");
    }

    @Test
    void saysNothingWhenItIsOff(CapturedOutput output) {
        runner.withPropertyValues("coordination.lint=off")
                .withBean(ShortLease.class)
                .withBean(CallsItself.class)
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("leaseTime is", "past the proxy");
    }

    @Test
    void beanThatIsMadeLaterIsLookedAtThen() {
        failing()
                .withBean(ShortLease.class, ShortLease::new, definition -> definition.setLazyInit(true))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThatException()
                            .isThrownBy(() -> context.getBean(ShortLease.class))
                            .withRootCauseInstanceOf(BadGuardException.class);
                });
    }

    private ApplicationContextRunner failing() {
        return runner.withPropertyValues("coordination.lint=fail");
    }

    private void says(Class<?> bean, String text) {
        failing().withBean(bean).run(context -> assertThat(context).getFailure().hasMessage(failure(text)));
    }

    private static String failure(String text) {
        return text + System.lineSeparator() + "(coordination.lint=warn starts all the same)";
    }
}
