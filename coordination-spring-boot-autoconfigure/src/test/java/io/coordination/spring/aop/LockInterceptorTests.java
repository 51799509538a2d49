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

import static io.coordination.contract.Contract.inBackground;
import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.coordination.BadNameException;
import io.coordination.ConnectionFailedException;
import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LeaseLostException;
import io.coordination.LockHeldException;
import io.coordination.spi.Mode;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LockMode;
import io.coordination.spring.annotation.OnStoreFailure;
import io.coordination.spring.annotation.Otherwise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a call of a locked method does. */
class LockInterceptorTests {

    private final TestStore store = new TestStore();
    private final Coordinator mine = store.member("mine");
    private final Coordinator other = store.member("other");
    private final LockInterceptor interceptor = Guarding.locks(mine);

    @AfterEach
    void close() {
        store.close();
    }

    /** Methods whose work is given by each test. */
    static class Work {

        @DistributedLock("x")
        <T> T locked(Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock("x")
        Optional<String> maybe() {
            return Optional.of("ran");
        }

        @DistributedLock("x")
        OptionalInt maybeInt() {
            return OptionalInt.of(1);
        }

        @DistributedLock(name = "x", onContention = Otherwise.FAIL)
        int failing() {
            return 1;
        }

        @DistributedLock(name = "x", waitTime = "10ms", onContention = Otherwise.FAIL)
        int failingLater() {
            return 1;
        }

        @DistributedLock(name = "x", fallback = "instead")
        String orInstead(String argument) {
            return "ran " + argument;
        }

        private String instead(String argument) {
            return "instead of " + argument;
        }

        @DistributedLock(name = "x", onStoreFailure = OnStoreFailure.SKIP)
        Optional<String> skippingFailures() {
            return Optional.of("ran");
        }

        @DistributedLock(name = "x", onStoreFailure = OnStoreFailure.RUN)
        <T> T runningAnyway(Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock({"account-#{#to}", "account-#{#from}"})
        <T> T transfer(String from, String to, Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock(name = "account-#{#to}", atLeast = "1h")
        @DistributedLock(name = "account-#{#from}", fallback = "notMoved")
        <T> T move(String from, String to, Callable<T> work) throws Exception {
            return work.call();
        }

        private <T> T notMoved(String from, String to, Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock(name = "x", fallback = "throwing")
        void orThrowing() throws IOException {}

        private void throwing() throws IOException {
            throw new IOException("fallback");
        }

        @DistributedLock(name = "x", waitTime = "1h")
        String patient() {
            return "ran";
        }

        @DistributedLock(name = "x", mode = LockMode.SHARED)
        <T> T shared(Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock(name = "x", mode = LockMode.PERMITS, permits = 2)
        <T> T permitted(Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock(name = "x", leaseTime = "20ms")
        <T> T capped(Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock(name = "x", atLeast = "1h")
        String atLeast() {
            return "ran";
        }

        @DistributedLock(name = "x", interruptOnLoss = false)
        <T> T uninterrupted(Callable<T> work) throws Exception {
            return work.call();
        }

        @DistributedLock("order-#{#id}")
        <T> T order(long id, Callable<T> work) throws Exception {
            return work.call();
        }
    }

    private final Work work = Guarding.guarded(new Work(), interceptor);

    @Test
    void lockIsHeldWhileTheMethodRunsAndFreeAfterwards() throws Exception {
        assertThat(work.locked(() -> mine.lock("x").holders())).hasSize(1).allSatisfy(holder -> {
            assertThat(holder.member()).isEqualTo("mine");
            assertThat(holder.mode()).isEqualTo(Mode.EXCLUSIVE);
        });
        assertThat(mine.lock("x").holders()).isEmpty();
    }

    @Test
    void methodLearnsItsFencingToken() throws Exception {
        var token = work.locked(() -> CurrentLease.get().orElseThrow().token());
        assertThat(token)
                .isEqualTo(work.locked(() -> mine.lock("x").holders().get(0).token()) - 1);
        assertThat(CurrentLease.get()).isEmpty();
    }

    @Test
    void exceptionOfTheMethodPassesThroughAndTheLockIsReleased() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> work.locked(() -> {
                    throw new IOException("mine");
                }))
                .withMessage("mine");
        assertThat(mine.lock("x").holders()).isEmpty();
    }

    @Test
    void contendedCallIsSkipped() throws Exception {
        other.lock("x").acquire();
        assertThat(work.<String>locked(() -> "ran")).isNull();
        assertThat(work.maybe()).isEmpty();
        assertThat(work.maybeInt()).isEmpty();
    }

    @Test
    void contendedCallFailsWhereItIsTold() throws Exception {
        other.lock("x").acquire();
        assertThatExceptionOfType(LockHeldException.class)
                .isThrownBy(work::failing)
                .withMessageContaining("'x'")
                .withMessageContaining("Work.failing()");
        assertThatExceptionOfType(LockHeldException.class)
                .isThrownBy(work::failingLater)
                .withMessageContaining("PT0.01S");
    }

    @Test
    void contendedCallFallsBackWithItsArguments() throws Exception {
        assertThat(work.orInstead("a")).isEqualTo("ran a");
        other.lock("x").acquire();
        assertThat(work.orInstead("a")).isEqualTo("instead of a");
    }

    @Test
    void exceptionOfTheFallbackPassesThrough() throws Exception {
        other.lock("x").acquire();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(work::orThrowing)
                .withMessage("fallback");
    }

    @Test
    void waitingCallRunsOnceTheLockIsReleased() throws Exception {
        var held = other.lock("x").acquire();
        var trips = store.line().trips();
        var waiting = CompletableFuture.supplyAsync(work::patient);
        eventually("it waits", () -> store.line().trips() > trips);
        assertThat(waiting).isNotDone();
        held.close();
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("ran");
    }

    @Test
    void interruptWhileWaitingIsAFailureAndStaysSet() throws Exception {
        other.lock("x").acquire();
        var trips = store.line().trips();
        var failure = new AtomicReference<Throwable>();
        var stillSet = new AtomicReference<Boolean>();
        var thread = new Thread(() -> {
            try {
                work.patient();
            } catch (CoordinationException interrupted) {
                failure.set(interrupted);
                stillSet.set(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        eventually("it waits", () -> store.line().trips() > trips);
        thread.interrupt();
        thread.join(20_000);
        assertThat(failure.get()).hasMessageContaining("'x'").hasCauseInstanceOf(InterruptedException.class);
        assertThat(stillSet.get()).isTrue();
    }

    @Test
    void storeFailureGoesToTheCallerAndTheMethodDoesNotRun() {
        store.line().cut();
        var ran = new ArrayList<String>();
        assertThatExceptionOfType(ConnectionFailedException.class).isThrownBy(() -> work.locked(() -> ran.add("ran")));
        assertThat(ran).isEmpty();
    }

    @Test
    void releaseThatDoesNotComeThroughChangesNothingForTheCaller() throws Exception {
        assertThat(work.<String>locked(() -> {
                    store.line().loseReplyOf("release");
                    return "done";
                }))
                .isEqualTo("done");
    }

    @Test
    void sharedCallsRunBesideOneAnotherAndNotBesideAnExclusiveOne() throws Exception {
        assertThat(work.<Boolean>shared(
                        () -> other.lock("x").shared().tryAcquire().isPresent()))
                .isTrue();
        other.lock("x").forceRelease();
        assertThat(work.<Boolean>shared(() -> other.lock("x").tryAcquire().isPresent()))
                .isFalse();
    }

    @Test
    void permitsAreCounted() throws Exception {
        assertThat(work.<List<Boolean>>permitted(() -> List.of(
                        other.lock("x").permits(2).tryAcquire().isPresent(),
                        other.lock("x").permits(2).tryAcquire().isPresent())))
                .containsExactly(true, false);
    }

    @Test
    void lockStaysTakenForItsLeastTime() {
        assertThat(work.atLeast()).isEqualTo("ran");
        assertThat(other.lock("x").tryAcquire()).isEmpty();
        assertThat(work.atLeast()).isNull();
    }

    @Test
    void templateNamesOneLockForEachArgument() throws Exception {
        assertThat(work.<Boolean>order(
                        7, () -> other.lock("order-7").tryAcquire().isPresent()))
                .isFalse();
        assertThat(work.<Boolean>order(
                        7, () -> other.lock("order-8").tryAcquire().isPresent()))
                .isTrue();
    }

    @Test
    void nameThatTheTemplateMakesIsChecked() {
        var named = Guarding.guarded(new Named(), interceptor);
        assertThatExceptionOfType(BadNameException.class).isThrownBy(() -> named.by("a\r\nSET x 1"));
        assertThatExceptionOfType(BadNameException.class).isThrownBy(() -> named.by(""));
        assertThatNoException().isThrownBy(() -> named.by("#{T(java.lang.Runtime)} ${jndi:x}"));
    }

    static class Named {

        @DistributedLock("#{#name}")
        void by(String name) {}
    }

    @Test
    void callInsideACallOfTheSameLockRunsUnderTheSameLease() throws Exception {
        var tokens = work.<List<Long>>locked(() -> List.of(
                CurrentLease.get().orElseThrow().token(),
                work.<Long>locked(() -> CurrentLease.get().orElseThrow().token())));
        assertThat(tokens.get(0)).isEqualTo(tokens.get(1));
    }

    @Test
    void innerCallDoesNotReleaseTheLockOfTheOuter() throws Exception {
        assertThat(work.<Integer>locked(() -> {
                    work.locked(() -> "inner");
                    return mine.lock("x").holders().size();
                }))
                .isOne();
    }

    @Test
    void callOfAnotherLockInsideTakesItsOwn() throws Exception {
        assertThat(work.<List<String>>locked(() -> work.order(
                        1, () -> mine.leases().stream().map(Lease::name).toList())))
                .containsExactly("order-1", "x");
    }

    @Test
    void otherThreadOfAGuardedCallIsNotCoveredByIt() throws Exception {
        assertThat(work.<String>locked(() -> CompletableFuture.supplyAsync(() -> {
                            try {
                                return work.<String>locked(() -> "ran");
                            } catch (Exception impossible) {
                                throw new AssertionError(impossible);
                            }
                        })
                        .get(20, TimeUnit.SECONDS)))
                .isNull();
    }

    @Test
    void memberOfAnotherContextIsNotCoveredByACallOfThisOne() throws Exception {
        var theirs = Guarding.guarded(new Work(), Guarding.locks(other));
        assertThat(work.<String>locked(() -> theirs.<String>locked(() -> "ran")))
                .isNull();
    }

    @Test
    void sharedCallInsideAnExclusiveOneIsCovered() throws Exception {
        assertThat(work.<String>locked(() -> work.shared(() -> work.permitted(() -> "ran"))))
                .isEqualTo("ran");
    }

    @Test
    void exclusiveCallInsideASharedOneWouldWaitForItself() {
        assertThatIllegalStateException()
                .isThrownBy(() -> work.shared(() -> work.locked(() -> "ran")))
                .withMessageContaining("EXCLUSIVE")
                .withMessageContaining("SHARED");
    }

    @Test
    void lossInterruptsTheCallAndEndsIt() {
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.locked(this::loseAndWait))
                .withMessageContaining("'x'")
                .withMessageContaining("token ")
                .withMessageContaining("EVICTED")
                .withCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void capInterruptsTheCallAndEndsIt() {
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.capped(() -> new CountDownLatch(1).await(20, TimeUnit.SECONDS)))
                .withMessageContaining("CAP_REACHED");
        eventually("the lock is free", () -> other.lock("x").tryAcquire().isPresent());
    }

    @Test
    void interruptThatTheMethodDidNotNoticeDoesNotLeakOutOfTheCall() {
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.locked(() -> {
                    other.lock("x").forceRelease();
                    eventually("it is interrupted", Thread.currentThread()::isInterrupted);
                    return "ran to its end";
                }));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void callThatIsNotToBeInterruptedRunsToItsEndAndStillTellsTheLoss() {
        var ran = new ArrayList<String>();
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.uninterrupted(() -> {
                    var lease = CurrentLease.get().orElseThrow();
                    other.lock("x").forceRelease();
                    eventually("it is lost", () -> lease.loss() != null);
                    ran.add(Thread.currentThread().isInterrupted() ? "interrupted" : "undisturbed");
                    return null;
                }));
        assertThat(ran).containsExactly("undisturbed");
    }

    @Test
    void failureOfACallThatIsNotToBeInterruptedIsItsOwnAndMentionsTheLoss() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> work.uninterrupted(() -> {
                    var lease = CurrentLease.get().orElseThrow();
                    other.lock("x").forceRelease();
                    eventually("it is lost", () -> lease.loss() != null);
                    throw new IOException("mine");
                }))
                .satisfies(failure ->
                        assertThat(failure.getSuppressed()).hasSize(1).allMatch(LeaseLostException.class::isInstance));
    }

    @Test
    void propertyForbidsInterrupts() {
        var defaults = new LockDefaults(Duration.ZERO, null, Duration.ZERO, Otherwise.SKIP, OnStoreFailure.FAIL, false);
        var undisturbed = Guarding.guarded(new Work(), Guarding.locks(mine, defaults));
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> undisturbed.locked(() -> {
                    var lease = CurrentLease.get().orElseThrow();
                    other.lock("x").forceRelease();
                    eventually("it is lost", () -> lease.loss() != null);
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    return null;
                }))
                .withNoCause();
    }

    @Test
    void callThatReleasesItsLeaseEarlyIsNotLost() throws Exception {
        assertThat(work.<Boolean>locked(() -> CurrentLease.get().orElseThrow().release()))
                .isTrue();
    }

    @Test
    void defaultsFillInWhatTheAnnotationLeavesOut() throws Exception {
        var defaults = new LockDefaults(
                Duration.ofMillis(10),
                Duration.ofMillis(20),
                Duration.ofHours(1),
                Otherwise.FAIL,
                OnStoreFailure.FAIL,
                true);
        var defaulted = Guarding.guarded(new Work(), Guarding.locks(mine, defaults));
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> defaulted.locked(() -> new CountDownLatch(1).await(20, TimeUnit.SECONDS)))
                .withMessageContaining("CAP_REACHED");
        defaulted.order(1, () -> "ran");
        assertThatExceptionOfType(LockHeldException.class)
                .isThrownBy(() -> defaulted.order(1, () -> "ran"))
                .withMessageContaining("PT0.01S");
    }

    private Object loseAndWait() throws InterruptedException {
        other.lock("x").forceRelease();
        return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
    }

    @Test
    void failureOfTheStoreIsThrownSkippedOrIgnoredAsAsked() throws Exception {
        var work = Guarding.guarded(new Work(), interceptor);
        store.line().cut();
        assertThatExceptionOfType(CoordinationException.class).isThrownBy(work::maybe);
        assertThat(work.skippingFailures()).isEmpty();
        assertThat(work.runningAnyway(() -> CurrentLease.get().isPresent())).isFalse();
        var defaults = new LockDefaults(Duration.ZERO, null, Duration.ZERO, Otherwise.SKIP, OnStoreFailure.RUN, true);
        assertThat(Guarding.guarded(new Work(), Guarding.locks(mine, defaults)).maybe())
                .contains("ran");
        store.line().restore();
        assertThat(work.runningAnyway(() -> CurrentLease.get().isPresent())).isTrue();
    }

    @Test
    void interruptIsNoFailureOfTheStore() throws Exception {
        var work = Guarding.guarded(new Work(), interceptor);
        var defaults =
                new LockDefaults(Duration.ofHours(1), null, Duration.ZERO, Otherwise.SKIP, OnStoreFailure.RUN, true);
        try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> Guarding.guarded(new Work(), Guarding.locks(mine, defaults))
                            .locked(() -> "ran"));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(theirs.isValid()).isTrue();
        }
        assertThat(work.<String>locked(() -> "ran")).isEqualTo("ran");
    }

    @Test
    void codeCanCheckThatItRunsUnderItsLease() throws Exception {
        var work = Guarding.guarded(new Work(), interceptor);
        assertThatIllegalStateException()
                .isThrownBy(() -> LeaseAssert.assertHeld("x"))
                .withMessageContaining("'x' is not held");
        assertThat(work.<Long>locked(() -> LeaseAssert.assertHeld("x").token())).isPositive();
        assertThat(work.<Long>locked(
                        () -> work.order(1, () -> LeaseAssert.assertHeld("x").token())))
                .as("also in a call inside of another one")
                .isPositive();
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.uninterrupted(() -> {
                    assertThat(other.lock("x").forceRelease()).isTrue();
                    var lease = CurrentLease.get().orElseThrow();
                    eventually("it is lost", () -> !lease.isValid());
                    return LeaseAssert.assertHeld("x");
                }))
                .withMessageContaining("no longer held");
    }

    @Test
    void severalLocksAreTakenInOneOrderAllOrNone() throws Exception {
        var work = Guarding.guarded(new Work(), interceptor);
        assertThat(work.<List<Boolean>>transfer("a", "b", () -> List.of(isHeld("account-a"), isHeld("account-b"))))
                .containsExactly(true, true);
        assertThat(isHeld("account-a") || isHeld("account-b")).isFalse();
        assertThat(work.<Boolean>transfer("a", "a", () -> isHeld("account-a")))
                .as("the same one twice is one")
                .isTrue();
        try (var theirs = other.lock("account-b").tryAcquire().orElseThrow()) {
            assertThat(work.<String>transfer("a", "b", () -> "ran")).isNull();
            assertThat(isHeld("account-a")).isFalse();
            assertThat(theirs.isValid()).isTrue();
        }
        var defaults =
                new LockDefaults(Duration.ofMinutes(1), null, Duration.ZERO, Otherwise.FAIL, OnStoreFailure.FAIL, true);
        var patient = Guarding.guarded(new Work(), Guarding.locks(mine, defaults));
        var transfers = new ArrayList<CompletableFuture<?>>();
        for (var i = 0; i < 100; i++) {
            var there = i % 2 == 0;
            transfers.add(inBackground(() -> patient.transfer(there ? "a" : "b", there ? "b" : "a", () -> "ran")));
        }
        for (var transfer : transfers) {
            assertThat(transfer.get(20, TimeUnit.SECONDS))
                    .as("nobody waits for ever")
                    .isEqualTo("ran");
        }
    }

    @Test
    void fallbackRunsWhileNoneOfSeveralLocksIsHeld() throws Exception {
        var work = Guarding.guarded(new Work(), interceptor);
        try (var theirs = other.lock("account-b").tryAcquire().orElseThrow()) {
            assertThat(work.<List<Boolean>>move("b", "a", () -> List.of(isHeld("account-a"), isHeld("account-b"))))
                    .as("nor for its least time, as nothing was done under it")
                    .containsExactly(false, true);
            assertThat(theirs.isValid()).isTrue();
        }
    }

    @Test
    void severalAnnotationsAreSeveralLocks() throws Exception {
        var work = Guarding.guarded(new Work(), interceptor);
        assertThat(work.<List<String>>move(
                        "b",
                        "a",
                        () -> mine.leases().stream().map(Lease::name).sorted().toList()))
                .containsExactly("account-a", "account-b");
        assertThat(isHeld("account-a")).as("for its least time").isTrue();
        assertThat(isHeld("account-b")).isFalse();
    }

    @Test
    void lossOfOneOfSeveralLocksEndsTheCallAndNamesIt() {
        var work = Guarding.guarded(new Work(), interceptor);
        var token = new AtomicReference<Long>();
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> work.transfer("a", "b", () -> {
                    token.set(LeaseAssert.assertHeld("account-a").token());
                    other.lock("account-a").forceRelease();
                    return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
                }))
                .satisfies(lost -> assertThat(lost)
                        .hasMessageStartingWith("'account-a' (token " + token.get() + ") was lost: EVICTED"));
        assertThat(isHeld("account-a") || isHeld("account-b")).isFalse();
    }

    @Test
    void refusedCallIsToldWhoHoldsTheLockAndSinceWhen() {
        var work = Guarding.guarded(new Work(), interceptor);
        try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
            var since = other.lock("x").holders().get(0).since();
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(work::failing)
                    .withMessageEndingWith("did not run. It is held by member 'other' since " + since + " (token "
                            + theirs.token() + ")");
        }
    }

    private boolean isHeld(String name) {
        return !other.lock(name).holders().isEmpty();
    }
}
