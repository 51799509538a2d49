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

import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.annotation.Scheduled;

/** What members do that come for the same firing. */
@ExtendWith(OutputCaptureExtension.class)
class FiringCallsTests {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private final TestStore store = new TestStore();
    private final List<String> runs = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void close() {
        goOn.countDown();
        store.close();
    }

    /** The job of one member. */
    static class Job {

        private final String member;
        private final List<String> runs;
        private final Callable<?> work;

        Job(String member, List<String> runs, Callable<?> work) {
            this.member = member;
            this.runs = runs;
            this.work = work;
        }

        @Scheduled(cron = "0 0 12 * * *")
        @DistributedLock(name = "report", once = true)
        public void report() throws Exception {
            runs.add(member + CurrentLease.planned().map(Instant::toString).orElse(" by hand"));
            work.call();
        }
    }

    @Test
    void eachPlannedTimeIsRunByTheMemberThatComesFirst() throws Exception {
        var a = job("a", () -> null);
        var b = job("b", () -> null);
        fire(a, NOON);
        fire(b, NOON);
        fire(b, NOON.plusSeconds(1));
        fire(a, NOON.plusSeconds(1));
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z", "b2026-11-28T12:00:01Z");
    }

    @Test
    void callByHandIsNoFiring() throws Exception {
        var a = job("a", () -> null);
        a.report();
        fire(a, NOON);
        a.report();
        assertThat(runs).containsExactly("a by hand", "a2026-11-28T12:00:00Z", "a by hand");
    }

    @Test
    void secondCallInATaskIsByHand() throws Exception {
        var a = job("a", () -> null);
        new Planned(Job.class.getName() + ".report", NOON).run(() -> {
            quietly(a);
            quietly(a);
        });
        new Planned("of.another.Task", NOON.plusSeconds(1)).run(() -> quietly(a));
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z", "a by hand", "a by hand");
    }

    @Test
    void memberThatComesWhileAnotherRunsReturnsAtOnceAndDoesNothing() throws Exception {
        var running = blocked(store.member("a"));
        fire(job("b", () -> null), NOON);
        goOn.countDown();
        running.get(20, TimeUnit.SECONDS);
        untilNobodyWaits();
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z");
    }

    @Test
    void memberThatStopsWhileAnotherRunsIsNoError(CapturedOutput output) throws Exception {
        var running = blocked(store.member("a"));
        var stopping = store.member("b");
        fire(Guarding.guarded(blocking("b"), Guarding.locks(stopping)), NOON);
        stopping.close();
        untilNobodyWaits();
        goOn.countDown();
        running.get(20, TimeUnit.SECONDS);
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z");
        assertThat(output).doesNotContain("ERROR");
    }

    @Test
    void memberThatDiesIsMadeUpForOnceAndThenNoMore() throws Exception {
        var first = store.member("a");
        var second = store.member("b");
        var a = blocked(first);
        fire(Guarding.guarded(blocking("b"), Guarding.locks(second)), NOON);
        first.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> a.get(20, TimeUnit.SECONDS))
                .withMessageContaining("'report' (token ");
        eventually("b runs it again", () -> runs.size() == 2);
        fire(job("c", () -> null), NOON);
        second.close();
        untilNobodyWaits();
        fire(job("d", () -> null), NOON);
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z", "b2026-11-28T12:00:00Z");
    }

    @Test
    void exceptionIsTheOutcomeOfAFiringAndNotMadeUpFor() throws Exception {
        var failing = job("a", () -> {
            throw new IllegalStateException("mine");
        });
        assertThatIllegalStateException().isThrownBy(() -> fire(failing, NOON)).withMessage("mine");
        fire(job("b", () -> null), NOON);
        assertThat(runs).hasSize(1);
    }

    @Test
    void applicationThatStopsInTheMiddleLeavesTheFiringToAnother() throws Exception {
        var stopped = job("a", () -> {
            throw new InterruptedException("the scheduler shuts down");
        });
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> fire(stopped, NOON));
        fire(job("b", () -> null), NOON);
        fire(job("c", () -> null), NOON);
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z", "b2026-11-28T12:00:00Z");
    }

    @Test
    void firingWaitsForAStoreThatFails() throws Exception {
        var a = job("a", () -> null);
        store.line().cut();
        fire(a, NOON);
        fire(a, NOON.plusSeconds(1));
        assertThat(runs).isEmpty();
        store.line().restore();
        eventually("both are run", () -> runs.size() == 2);
        assertThat(runs).containsExactly("a2026-11-28T12:00:00Z", "a2026-11-28T12:00:01Z");
    }

    @Test
    void memberWhoseClockIsBehindRunsNothingAgain() throws Exception {
        fire(job("a", () -> null), NOON.plusSeconds(60));
        fire(job("b", () -> null), NOON);
        assertThat(runs).hasSize(1);
    }

    private Job job(String member, Callable<?> work) {
        return Guarding.guarded(new Job(member, runs, work), Guarding.locks(store.member(member)));
    }

    private Job blocking(String member) {
        return new Job(member, runs, () -> goOn.await(20, TimeUnit.SECONDS));
    }

    /** A firing that runs until it may go on. */
    private CompletableFuture<?> blocked(Coordinator member) {
        var job = Guarding.guarded(blocking("a"), Guarding.locks(member));
        var running = inBackground(() -> {
            fire(job, NOON);
            return null;
        });
        eventually("it runs", () -> runs.size() == 1);
        return running;
    }

    private static void untilNobodyWaits() {
        eventually(
                "no thread waits",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("coordination-firing-")));
    }

    /** As the scheduler calls it. */
    private static void fire(Job job, Instant planned) throws Exception {
        var failure = new Exception[1];
        new Planned(Job.class.getName() + ".report", planned).run(() -> {
            try {
                job.report();
            } catch (Exception thrown) {
                failure[0] = thrown;
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static void quietly(Job job) {
        try {
            job.report();
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }
}
