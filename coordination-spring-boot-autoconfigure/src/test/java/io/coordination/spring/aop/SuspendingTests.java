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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.Coordinator;
import io.coordination.LeaseLostException;
import io.coordination.LockHeldException;
import io.coordination.spring.TestStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kotlin.Unit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Suspending functions of Kotlin are guarded over their whole suspension. */
class SuspendingTests {

    private final TestStore store = new TestStore();
    private final Coordinator mine = store.member("mine");
    private final Coordinator other = store.member("other");
    private final SuspendingWork target = new SuspendingWork();
    private final SuspendingWork work = Guarding.guarded(target, Guarding.locks(mine));
    private final CompletableFuture<Object> result = new CompletableFuture<>();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void lockIsHeldWhileTheFunctionIsSuspendedAndFreeAfterwards() throws Exception {
        SuspendingWork.locked(work, this::held, result);
        eventually("it is suspended", this::isHeld);
        assertThat(result).isNotDone();
        target.getGoOn().complete(Unit.INSTANCE);
        assertThat(outcome()).isEqualTo("a held held");
        assertThat(isHeld()).isFalse();
    }

    @Test
    void exceptionOfTheFunctionPassesThroughAndTheLockIsReleased() {
        SuspendingWork.throwing(work, result);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(this::outcome)
                .havingRootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .withMessage("mine");
        assertThat(isHeld()).isFalse();
    }

    @Test
    void contendedCallIsSkippedFailsOrFallsBack() throws Exception {
        try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
            SuspendingWork.locked(work, this::held, result);
            assertThat(outcome()).isNull();
            var instead = new CompletableFuture<Object>();
            SuspendingWork.orInstead(work, instead);
            assertThat(instead.get(20, TimeUnit.SECONDS)).isEqualTo("instead of a");
            var failed = new CompletableFuture<Object>();
            SuspendingWork.failing(work, failed);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> failed.get(20, TimeUnit.SECONDS))
                    .withCauseInstanceOf(LockHeldException.class);
            assertThat(theirs.isValid()).isTrue();
        }
    }

    @Test
    void lossCancelsTheFunctionAndEndsTheCall() {
        SuspendingWork.locked(work, this::held, result);
        eventually("it is suspended", this::isHeld);
        other.lock("x").forceRelease();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(this::outcome)
                .withCauseInstanceOf(LeaseLostException.class)
                .withMessageContaining("'x' (token ");
    }

    @Test
    void coroutineThatIsCancelledGivesTheLockBack() {
        var job = SuspendingWork.locked(work, this::held, result);
        eventually("it is suspended", this::isHeld);
        job.cancel(null);
        eventually("it is given back", () -> !isHeld());
    }

    @Test
    void flowIsGuardedWhileItIsCollected() throws Exception {
        SuspendingWork.flowing(work, this::held, result);
        assertThat(outcome()).isEqualTo(List.of("held", "held"));
        assertThat(isHeld()).isFalse();
    }

    @Test
    void templateKnowsTheArgumentsOfAFunction() throws Exception {
        SuspendingWork.named(work, () -> mine.leases().get(0).name(), result);
        assertThat(outcome()).isEqualTo("job-7");
    }

    @Test
    void functionRunsOnTheLeaderOnly() throws Exception {
        var leading = Guarding.guarded(new SuspendingWork(), Guarding.leaders(new LeaderCalls(name -> mine), "g"));
        SuspendingWork.leading(leading, result);
        assertThat(outcome()).isNull();
        var election = mine.election("g").campaign();
        eventually("it leads", election::isLeader);
        var led = new CompletableFuture<Object>();
        SuspendingWork.leading(leading, led);
        assertThat(led.get(20, TimeUnit.SECONDS)).isEqualTo("led");
    }

    private Object outcome() throws Exception {
        return result.get(20, TimeUnit.SECONDS);
    }

    private String held() {
        return isHeld() ? "held" : "free";
    }

    private boolean isHeld() {
        return !other.lock("x").holders().isEmpty();
    }
}
