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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.coordination.BadOptionException;
import io.coordination.Coordinator;
import io.coordination.LeaseLostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Planned runs, and what the store remembers of them beyond the hold. */
public abstract class FiringContract extends Contract {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    @Test
    void firingIsRunByOneMemberAndNoOneElse() {
        var a = member("a");
        var b = member("b");
        assertThat(run(a, NOON)).isTrue();
        assertThat(run(b, NOON)).isFalse();
        assertThat(run(a, NOON)).isFalse();
        assertThat(b.lock("job").firing(NOON).isOver()).isTrue();
        assertThat(run(b, NOON.plusSeconds(1))).isTrue();
        assertThat(a.lock("job").firing(NOON.plusSeconds(1)).isOver()).isTrue();
    }

    @Test
    void firingIsRememberedWhenItsMemberIsGone() {
        var a = member("a");
        assertThat(run(a, NOON)).isTrue();
        a.close();
        assertThat(run(member("b"), NOON)).isFalse();
    }

    @Test
    void firingOfAnotherLockIsAnother() {
        var a = member("a");
        var names = new String[] {"x", "x/y", "leader_of_x", "%%marks", "x-0000000001", "x y"};
        for (var name : names) {
            var lock = a.lock(name);
            try (var lease = lock.tryAcquire().orElseThrow()) {
                var firing = lock.firing(NOON);
                assertThat(firing.begin(lease)).as(name).isTrue();
                assertThat(firing.end()).isTrue();
            }
        }
        for (var name : names) {
            assertThat(a.lock(name).firing(NOON).isOver()).as(name).isTrue();
            assertThat(a.lock(name).holders()).as(name).isEmpty();
        }
        assertThat(a.groups()).isEmpty();
    }

    @Test
    void firingThatWasBrokenOffIsRunOnceMoreAndThenNoMore() {
        assertThat(begin(member("a"))).isTrue();
        assertThat(member("viewer").lock("job").firing(NOON).isOver()).isFalse();
        assertThat(begin(member("b"))).isTrue();
        assertThat(begin(member("c"))).isFalse();
        assertThat(member("d").lock("job").firing(NOON).isOver()).isTrue();
    }

    @Test
    void whoLostTheLockCanNotEndWhatAnotherBeganAgain() {
        var lock = member("frozen").lock("job");
        var frozen = lock.firing(NOON);
        var lease = lock.tryAcquire().orElseThrow();
        assertThat(frozen.begin(lease)).isTrue();
        var other = member("other");
        other.lock("job").forceRelease();
        assertThat(begin(other)).isTrue();
        assertThat(frozen.end()).isFalse();
        assertThat(other.lock("job").firing(NOON).isOver()).isFalse();
        lease.close();
        assertThatExceptionOfType(LeaseLostException.class)
                .isThrownBy(() -> lock.firing(NOON).begin(lease))
                .withMessageContaining("lock 'job'")
                .withMessageContaining("2026-11-28T12:00:00Z");
    }

    @Test
    void laterFiringEndsThoseBefore() {
        var a = member("a");
        assertThat(run(a, NOON.plusSeconds(60))).isTrue();
        assertThat(run(member("b"), NOON)).isFalse();
    }

    @Test
    void membersOfWhichEachComesForEachFiringRunEachOnce() throws Exception {
        var members = new Coordinator[] {member("a"), member("b"), member("c")};
        var runs = new AtomicInteger[10];
        for (var i = 0; i < runs.length; i++) {
            var number = i;
            runs[i] = new AtomicInteger();
            var all = new ArrayList<CompletableFuture<?>>();
            for (var member : members) {
                all.add(inBackground(() -> {
                    var lock = member.lock("job");
                    var firing = lock.firing(NOON.plusSeconds(number));
                    try (var lease = lock.acquire()) {
                        if (firing.begin(lease)) {
                            runs[number].incrementAndGet();
                            firing.end();
                        }
                    }
                    return null;
                }));
            }
            for (var one : all) {
                outcome(one);
            }
        }
        assertThat(runs).allSatisfy(times -> assertThat(times).hasValue(1));
    }

    @Test
    void endCanBeRepeatedAsWhenItsAnswerWasLost() {
        var lock = member("a").lock("job");
        try (var lease = lock.tryAcquire().orElseThrow()) {
            var firing = lock.firing(NOON);
            assertThat(firing.begin(lease)).isTrue();
            assertThat(firing.end()).isTrue();
            assertThat(firing.end()).isTrue();
            assertThat(firing.begin(lease)).isFalse();
        }
        assertThat(lock.firing(NOON).isOver()).isTrue();
    }

    @Test
    void callsCostOneTripEach() {
        var a = member("a");
        run(a, NOON);
        var lock = a.lock("job");
        var lease = lock.tryAcquire().orElseThrow();
        var firing = lock.firing(NOON.plusSeconds(1));
        assertThat(tripsOf(firing::isOver)).isEqualTo(1);
        assertThat(tripsOf(() -> firing.begin(lease))).isEqualTo(1);
        assertThat(tripsOf(firing::end)).isEqualTo(1);
    }

    @Test
    void whatCanNotBePlannedOrBegunIsRefused() {
        var a = member("a");
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(() -> a.lock("job").firing(Instant.EPOCH.minusMillis(1)))
                .withMessageContaining("nothing can be planned for 1969-12-31T23:59:59.999Z");
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(() -> a.lock("job").firing(Instant.MAX));
        var shared = a.lock("job").shared().tryAcquire().orElseThrow();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.lock("job").firing(NOON).begin(shared));
        var other = a.lock("other").tryAcquire().orElseThrow();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.lock("job").firing(NOON).begin(other));
    }

    /** As a member does that comes for a firing. */
    private static boolean run(Coordinator member, Instant planned) {
        var lock = member.lock("job");
        var firing = lock.firing(planned);
        try (var lease = lock.tryAcquire().orElseThrow()) {
            return firing.begin(lease) && firing.end();
        }
    }

    /** Begins it and ends before it is done. */
    private static boolean begin(Coordinator member) {
        var lock = member.lock("job");
        try (var lease = lock.tryAcquire().orElseThrow()) {
            return lock.firing(NOON).begin(lease);
        }
    }

    private long tripsOf(Runnable action) {
        var before = store.line().trips();
        action.run();
        return store.line().trips() - before;
    }
}
