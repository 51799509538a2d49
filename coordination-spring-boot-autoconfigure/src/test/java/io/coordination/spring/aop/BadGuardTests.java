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

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.annotation.LockMode;
import io.coordination.spring.annotation.OnStoreFailure;
import io.coordination.spring.annotation.Otherwise;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;

/** Annotations that make no sense where they are: refused when the bean is made, by a message that says what mends it. */
class BadGuardTests {

    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    static class ReturnsFuture {
        @DistributedLock("x")
        Future<String> work() {
            return CompletableFuture.completedFuture("");
        }
    }

    static class ReturnsStageOfItsOwn {
        static class Stage<T> extends CompletableFuture<T> {}

        @LeaderOnly("g")
        Stage<String> work() {
            return new Stage<>();
        }
    }

    @Test
    void methodWhoseEndCanNotBeKnownIsRefused() {
        refusesLock(ReturnsFuture.class, "ReturnsFuture.work()", "returns Future", "CompletableFuture");
        refusesLeader(ReturnsStageOfItsOwn.class, "@LeaderOnly", "returns Stage", "CompletableFuture");
    }

    static class ReturnsPrimitive {
        @DistributedLock("x")
        int work() {
            return 1;
        }
    }

    static class ReturnsPrimitiveToo {
        @LeaderOnly(group = "g", otherwise = Otherwise.SKIP)
        boolean work() {
            return true;
        }
    }

    @Test
    void skippedCallThatWouldReturnAPrimitiveIsRefused() {
        refusesLock(ReturnsPrimitive.class, "returns int", "Integer", "onContention to FAIL", "fallback");
        refusesLeader(ReturnsPrimitiveToo.class, "returns boolean", "Boolean", "otherwise to FAIL");
    }

    static class Private {
        @DistributedLock("x")
        private void work() {}
    }

    static class Static {
        @DistributedLock("x")
        static void work() {}
    }

    static class Final {
        @LeaderOnly("g")
        final void work() {}
    }

    @Test
    void methodThatTheProxyCanNotGuardIsRefused() {
        refusesLock(Private.class, "is private");
        refusesLock(Static.class, "is static");
        refusesLeader(Final.class, "is final");
    }

    interface Contract {
        void work();
    }

    static class FinalOfInterface implements Contract {
        @Override
        @DistributedLock("x")
        public final void work() {}
    }

    @Test
    void finalMethodOfAnInterfaceIsFineBehindAProxyOfTheInterface() {
        assertThatNoException()
                .isThrownBy(
                        () -> locks().check("bean", FinalOfInterface.class, false, new GuardLint(GuardLint.Mode.OFF)));
        refusesLock(FinalOfInterface.class, "is final");
    }

    static class NoFallback {
        @DistributedLock(name = "x", fallback = "missing")
        void work(String argument) {}

        void missing() {}
    }

    static class FallbackOfOtherType {
        @LeaderOnly(group = "g", fallback = "instead")
        String work() {
            return "";
        }

        Integer instead() {
            return 1;
        }
    }

    static class FallbackThatThrowsMore {
        @DistributedLock(name = "x", fallback = "instead")
        void work() {}

        void instead() throws IOException {}
    }

    static class FallbackToItself {
        @DistributedLock(name = "x", fallback = "work")
        void work() {}
    }

    static class FallbackUnnamed {
        @DistributedLock(name = "x", onContention = Otherwise.FALLBACK)
        void work() {}
    }

    static class FallbackAndFail {
        @DistributedLock(name = "x", onContention = Otherwise.FAIL, fallback = "instead")
        void work() {}

        void instead() {}
    }

    @Test
    void fallbackThatDoesNotFitIsRefused() {
        refusesLock(NoFallback.class, "\"missing\"", "same parameters");
        refusesLeader(FallbackOfOtherType.class, "\"instead\" returns Integer", "String");
        refusesLock(FallbackThatThrowsMore.class, "\"instead\" throws IOException");
        refusesLock(FallbackToItself.class, "no other method \"work\"");
        refusesLock(FallbackUnnamed.class, "name the method");
        refusesLock(FallbackAndFail.class, "\"instead\"", "onContention is FAIL");
    }

    static class FallbackOfPrimitive {
        @DistributedLock(name = "x", fallback = "instead")
        int work() {
            return 1;
        }

        private int instead() {
            return 2;
        }
    }

    @Test
    void primitiveWithAFallbackIsFine() {
        assertThatNoException()
                .isThrownBy(() ->
                        locks().check("bean", FallbackOfPrimitive.class, true, new GuardLint(GuardLint.Mode.OFF)));
    }

    static class Unnamed {
        @DistributedLock
        void work() {}
    }

    static class BadName {
        @DistributedLock("a\nb")
        void work() {}
    }

    static class BadPlaceholder {
        @DistributedLock("${missing}")
        void work() {}
    }

    static class BadExpression {
        @DistributedLock("order-#{#id")
        void work(long id) {}
    }

    static class BadVariable {
        @DistributedLock("order-#{#ordr.id}")
        void work(String order) {}
    }

    @Test
    void nameThatCanNotWorkIsRefused() {
        refusesLock(Unnamed.class, "names no lock");
        refusesLock(BadName.class, "control character");
        refusesLock(BadPlaceholder.class, "${missing}", "missing");
        refusesLock(BadExpression.class, "can not be read");
        refusesLock(BadVariable.class, "no parameter #ordr", "-parameters");
    }

    static class BadWait {
        @DistributedLock(name = "x", waitTime = "soon")
        void work() {}
    }

    static class NegativeWait {
        @DistributedLock(name = "x", waitTime = "-1s")
        void work() {}
    }

    static class NoLease {
        @DistributedLock(name = "x", leaseTime = "0")
        void work() {}
    }

    @Test
    void timeThatMakesNoSenseIsRefused() {
        refusesLock(BadWait.class, "waitTime = \"soon\"", "500ms");
        refusesLock(NegativeWait.class, "waitTime must not be negative", "-1s");
        refusesLock(NoLease.class, "leaseTime must be more than zero");
    }

    static class NoPermits {
        @DistributedLock(name = "x", mode = LockMode.PERMITS)
        void work() {}
    }

    static class PermitsOfNothing {
        @DistributedLock(name = "x", permits = 3)
        void work() {}
    }

    @Test
    void permitsWithoutTheirModeOrNumberAreRefused() {
        refusesLock(NoPermits.class, "at least 1");
        refusesLock(PermitsOfNothing.class, "mode to PERMITS");
    }

    static class NoGroup {
        @LeaderOnly
        void work() {}
    }

    static class BadGroup {
        @LeaderOnly(" ")
        void work() {}
    }

    @Test
    void groupThatNobodyKnowsIsRefused() {
        refusesLeader(NoGroup.class, "names no group", "several, a, b");
        refusesLeader(BadGroup.class, "blank");
        assertThatExceptionOfType(BadGuardException.class)
                .isThrownBy(() -> Guarding.leaders(new LeaderCalls(name -> store.member("m")))
                        .check("bean", NoGroup.class, true, new GuardLint(GuardLint.Mode.OFF)))
                .withMessageContaining("joins none");
    }

    @DistributedLock("x")
    static class WholeType {

        public Future<String> work() {
            return CompletableFuture.completedFuture("");
        }
    }

    @DistributedLock("x")
    static class FineType {

        public void work() {}

        public static void main(String[] args) {}

        private int helper() {
            return 1;
        }

        int inside() {
            return 1;
        }

        @Override
        public String toString() {
            return "fine";
        }
    }

    @Test
    void annotationOnATypeMeansItsPublicMethodsOnly() {
        refusesLock(WholeType.class, "WholeType.work()", "returns Future");
        assertThatNoException()
                .isThrownBy(() -> locks().check("bean", FineType.class, true, new GuardLint(GuardLint.Mode.OFF)));
    }

    static class OnceByHand {
        @DistributedLock(name = "x", once = true)
        public void work() {}
    }

    static class OnceByDelay {
        @Scheduled(fixedDelay = 1000)
        @DistributedLock(name = "x", once = true)
        public void work() {}
    }

    static class OnceAndAsync {
        @Async
        @Scheduled(cron = "0 0 3 * * *")
        @DistributedLock(name = "x", once = true)
        public void work() {}
    }

    static class OnceAndWaits {
        @Scheduled(cron = "0 0 3 * * *")
        @DistributedLock(name = "x", once = true, waitTime = "1s")
        public void work() {}
    }

    static class OnceAndFails {
        @Scheduled(cron = "0 0 3 * * *")
        @DistributedLock(name = "x", once = true, onStoreFailure = OnStoreFailure.RUN)
        public void work() {}
    }

    static class OnceOfSeveral {
        @Scheduled(cron = "0 0 3 * * *")
        @DistributedLock(
                name = {"x", "y"},
                once = true)
        public void work() {}
    }

    static class OnceShared {
        @Scheduled(cron = "0 0 3 * * *")
        @DistributedLock(name = "x", once = true, mode = LockMode.SHARED)
        public void work() {}
    }

    static class OnceLater {
        @Scheduled(cron = "0 0 3 * * *")
        @DistributedLock(name = "x", once = true)
        public CompletableFuture<Void> work() {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void onceIsForWhatAllMembersPlanAlike() {
        refusesLock(
                OnceByHand.class,
                "OnceByHand.work(): once is for what is planned for a time, and the method is not @Scheduled; add @Scheduled"
                        + " with a cron or a fixedRate, or remove once");
        refusesLock(
                OnceByDelay.class,
                "OnceByDelay.work(): once needs a time that all members plan alike, and each plans another one by a delay that"
                        + " counts from its own last run or start; use cron or fixedRate");
        refusesLock(
                OnceAndAsync.class, "once and @Async: on another thread nobody knows the planned time; remove @Async");
        refusesLock(OnceAndWaits.class, "neither refused nor kept waiting; remove waitTime, onContention and fallback");
        refusesLock(OnceAndFails.class, "with once a firing waits for a store that fails; remove onStoreFailure");
        refusesLock(OnceOfSeveral.class, "once is for one lock, and there are several; keep one");
        refusesLock(OnceShared.class, "once is for an exclusive lock; remove the mode");
        refusesLock(OnceLater.class, "once is for work that is done when the method returns; let it wait for its work");
    }

    private LockInterceptor locks() {
        return Guarding.locks(store.member("m" + System.nanoTime()));
    }

    private void refusesLock(Class<?> type, String... says) {
        assertThatExceptionOfType(BadGuardException.class)
                .isThrownBy(() -> locks().check("bean", type, true, new GuardLint(GuardLint.Mode.OFF)))
                .withMessageContainingAll(says);
    }

    private void refusesLeader(Class<?> type, String... says) {
        assertThatExceptionOfType(BadGuardException.class)
                .isThrownBy(() -> Guarding.leaders(new LeaderCalls(name -> store.member("m")), "a", "b")
                        .check("bean", type, true, new GuardLint(GuardLint.Mode.OFF)))
                .withMessageContainingAll(says);
    }
}
