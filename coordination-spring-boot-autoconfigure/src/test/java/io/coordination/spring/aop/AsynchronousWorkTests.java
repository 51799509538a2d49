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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LeaseLostException;
import io.coordination.LockHeldException;
import io.coordination.NotLeaderException;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.annotation.Otherwise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Work that goes on after its method returned. */
class AsynchronousWorkTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestStore store = new TestStore();
    private final Coordinator mine = store.member("mine");
    private final Coordinator other = store.member("other");
    private final LeaderCalls calls = new LeaderCalls(name -> mine);
    private final Work work = Guarding.guarded(new Work(), Guarding.locks(mine), Guarding.leaders(calls));

    @AfterEach
    void close() {
        store.close();
    }

    /** Methods whose work is given by each test. */
    static class Work {

        @DistributedLock("x")
        <T> CompletableFuture<T> future(Supplier<CompletableFuture<T>> work) {
            return work.get();
        }

        @DistributedLock(name = "x", onContention = Otherwise.FAIL)
        <T> CompletionStage<T> failing(Supplier<CompletionStage<T>> work) {
            return work.get();
        }

        @DistributedLock(name = "x", fallback = "instead")
        CompletableFuture<String> orInstead() {
            return CompletableFuture.completedFuture("ran");
        }

        CompletableFuture<String> instead() {
            return CompletableFuture.completedFuture("instead");
        }

        @DistributedLock(name = "x", interruptOnLoss = false)
        <T> CompletableFuture<T> uncancelled(Supplier<CompletableFuture<T>> work) {
            return work.get();
        }

        @DistributedLock("x")
        <T> Mono<T> mono(Supplier<Mono<T>> work) {
            return work.get();
        }

        @DistributedLock("x")
        <T> Flux<T> flux(Supplier<Flux<T>> work) {
            return work.get();
        }

        @DistributedLock(name = "x", onContention = Otherwise.FAIL)
        <T> Flux<T> failingFlux(Supplier<Flux<T>> work) {
            return work.get();
        }

        @LeaderOnly("g")
        <T> CompletableFuture<T> leading(Supplier<CompletableFuture<T>> work) {
            return work.get();
        }

        @LeaderOnly(group = "g", otherwise = Otherwise.FAIL)
        <T> Mono<T> leadingMono(Supplier<Mono<T>> work) {
            return work.get();
        }
    }

    private boolean isHeld() {
        return !other.lock("x").holders().isEmpty();
    }

    private static <T> T outcome(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void lockIsHeldUntilTheStageIsComplete() throws Exception {
        var finish = new CompletableFuture<String>();
        var result = work.future(() -> finish);
        assertThat(isHeld()).isTrue();
        assertThat(result).isNotDone();
        finish.complete("done");
        assertThat(outcome(result)).isEqualTo("done");
        assertThat(isHeld()).as("after the stage is complete").isFalse();
    }

    @Test
    void failureOfTheWorkIsTheFailureOfTheStage() {
        var result = work.future(() -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        assertThatThrownBy(() -> outcome(result))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThat(isHeld()).isFalse();
        assertThatThrownBy(() -> work.future(() -> {
                    throw new IllegalArgumentException("at once");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("at once");
        assertThat(isHeld()).isFalse();
        assertThat(work.<String>future(() -> null)).isNull();
        assertThat(isHeld()).isFalse();
    }

    @Test
    void contendedStageIsSkippedFailedOrReplaced() throws Exception {
        try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
            assertThat(outcome(work.future(() -> CompletableFuture.completedFuture("ran"))))
                    .isNull();
            var failing = work.failing(() -> CompletableFuture.completedFuture("ran"));
            assertThatThrownBy(() -> outcome(failing)).hasCauseInstanceOf(LockHeldException.class);
            assertThat(outcome(work.orInstead())).isEqualTo("instead");
            assertThat(theirs.isValid()).isTrue();
        }
        assertThat(outcome(work.orInstead())).isEqualTo("ran");
    }

    @Test
    void lossCancelsTheWorkAndEndsTheStage() {
        var endless = new CompletableFuture<String>();
        var result = work.future(() -> endless);
        assertThat(other.lock("x").forceRelease()).isTrue();
        assertThatThrownBy(() -> outcome(result))
                .cause()
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("'x'");
        assertThat(endless).isCancelled();
    }

    @Test
    void lossLetsTheWorkFinishWhereItMayNotBeInterrupted() throws Exception {
        var finish = new CompletableFuture<String>();
        var lost = new CountDownLatch(1);
        var result = work.uncancelled(() -> {
            CurrentLease.get().orElseThrow().onLost(loss -> lost.countDown());
            return finish;
        });
        assertThat(other.lock("x").forceRelease()).isTrue();
        assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(finish).isNotDone();
        finish.complete("done");
        assertThatThrownBy(() -> outcome(result)).hasCauseInstanceOf(LeaseLostException.class);
    }

    @Test
    void cancelledStageCancelsTheWorkAndGivesTheLockBack() {
        var endless = new CompletableFuture<String>();
        var result = work.future(() -> endless);
        assertThat(result.cancel(true)).isTrue();
        assertThat(endless).isCancelled();
        eventually("the lock is given back", () -> !isHeld());
    }

    @Test
    void callInsideOfAStageOfTheSameLockRunsUnderIt() throws Exception {
        var result = work.future(() -> work.future(() -> CompletableFuture.completedFuture("inner")));
        assertThat(outcome(result)).isEqualTo("inner");
        assertThat(isHeld()).isFalse();
    }

    @Test
    void lockIsHeldFromTheSubscriptionUntilThePublisherIsComplete() {
        var emit = Sinks.many().unicast().<String>onBackpressureBuffer();
        var flux = work.flux(emit::asFlux);
        assertThat(isHeld()).as("before anybody subscribes").isFalse();
        StepVerifier.create(flux)
                .then(() -> {
                    eventually("the lock is taken", this::isHeld);
                    emit.tryEmitNext("a");
                })
                .expectNext("a")
                .then(() -> {
                    assertThat(isHeld()).isTrue();
                    emit.tryEmitNext("b");
                    emit.tryEmitComplete();
                })
                .expectNext("b")
                .expectComplete()
                .verify(PATIENCE);
        assertThat(isHeld()).as("after it is complete").isFalse();
    }

    @Test
    void eachSubscriptionTakesTheLockAnew() {
        var tokens = new ArrayList<Long>();
        var mono = work.mono(() -> Mono.deferContextual(
                context -> Mono.just(context.get(Lease.class).token())));
        tokens.add(mono.block(PATIENCE));
        tokens.add(mono.block(PATIENCE));
        assertThat(tokens.get(1)).isGreaterThan(tokens.get(0));
        assertThat(isHeld()).isFalse();
    }

    @Test
    void failureOfThePublisherGivesTheLockBack() {
        StepVerifier.create(work.mono(() -> Mono.error(new IllegalStateException("broken"))))
                .expectErrorMessage("broken")
                .verify(PATIENCE);
        StepVerifier.create(work.flux(() -> {
                    throw new IllegalStateException("at once");
                }))
                .expectErrorMessage("at once")
                .verify(PATIENCE);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void contendedPublisherIsEmptyOrFails() {
        try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
            StepVerifier.create(work.flux(() -> Flux.just("ran")))
                    .expectComplete()
                    .verify(PATIENCE);
            StepVerifier.create(work.mono(() -> Mono.just("ran")))
                    .expectComplete()
                    .verify(PATIENCE);
            StepVerifier.create(work.failingFlux(() -> Flux.just("ran")))
                    .expectError(LockHeldException.class)
                    .verify(PATIENCE);
            assertThat(theirs.isValid()).isTrue();
        }
    }

    @Test
    void lossCancelsThePublisher() {
        var begun = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        StepVerifier.create(work.flux(() -> Flux.<String>never()
                        .doOnSubscribe(subscribed -> begun.countDown())
                        .doOnCancel(cancelled::countDown)))
                .then(() -> eventually("the work has begun", () -> begun.getCount() == 0))
                .then(() -> assertThat(other.lock("x").forceRelease()).isTrue())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(LeaseLostException.class)
                        .hasNoCause())
                .verify(PATIENCE);
        assertThat(cancelled.getCount()).isZero();
    }

    @Test
    void cancelledSubscriptionGivesTheLockBackWheneverItIsCancelled() {
        for (var i = 0; i < 200; i++) {
            var subscription = work.mono(Mono::never).subscribe();
            for (var spin = 0; spin < i * 50; spin++) {
                Thread.onSpinWait();
            }
            subscription.dispose();
        }
        eventually("the lock is given back", () -> !isHeld());
        assertThat(mine.leases()).isEmpty();
    }

    @Test
    void callInsideOfAPublisherOfTheSameLockRunsUnderIt() {
        var nested = work.flux(() -> Flux.just(1, 2).concatMap(i -> work.failingFlux(() -> Flux.just(i))));
        StepVerifier.create(nested).expectNext(1, 2).expectComplete().verify(PATIENCE);
    }

    @Test
    void leaderRunsAStageUntilItEndsAndOthersSkipIt() throws Exception {
        calls.open((coordinator, group) -> {});
        assertThat(outcome(work.leading(() -> CompletableFuture.completedFuture("ran"))))
                .isNull();
        mine.election("g").campaign();
        eventually("we lead", () -> mine.election("g").isLeader());
        var finish = new CompletableFuture<String>();
        var result = work.leading(() -> finish);
        var drained = new Thread(() -> calls.close(PATIENCE));
        drained.start();
        assertThat(result).isNotDone();
        assertThat(drained.isAlive()).as("a shutdown waits for the work").isTrue();
        finish.complete("done");
        assertThat(outcome(result)).isEqualTo("done");
        drained.join(PATIENCE.toMillis());
        assertThat(drained.isAlive()).isFalse();
    }

    @Test
    void lostLeadershipCancelsAPublisher() {
        calls.open((coordinator, group) -> {});
        var begun = new CountDownLatch(1);
        var mono = work.leadingMono(() -> Mono.never().doOnSubscribe(subscribed -> begun.countDown()));
        StepVerifier.create(mono).expectError(NotLeaderException.class).verify(PATIENCE);
        mine.election("g").campaign();
        eventually("we lead", () -> mine.election("g").isLeader());
        StepVerifier.create(mono)
                .then(() -> eventually("the work has begun", () -> begun.getCount() == 0))
                .then(() -> store.line().expire(mine))
                .expectError(LeaseLostException.class)
                .verify(PATIENCE);
    }
}
