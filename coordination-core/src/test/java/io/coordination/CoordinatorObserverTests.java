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
package io.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.CoordinatorObserver.Renewal;
import io.coordination.spi.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a coordinator tells those who observe it. */
class CoordinatorObserverTests {

    private final Staged store = new Staged();
    private final List<String> heard = new ArrayList<>();

    private final class Listening implements CoordinatorObserver {

        private final String name;

        Listening(String name) {
            this.name = name;
        }

        @Override
        public void asking(String lock, Mode mode) {
            heard.add(name + " asking " + lock + " " + mode);
        }

        @Override
        public void asked(Asked asked) {
            heard.add(name + " asked " + asked.lock() + " " + asked.outcome());
            throw new IllegalStateException("the observer's own failure");
        }
    }

    @Test
    void severalHearOfAnAttemptAroundEachOtherEvenIfOneFails() {
        try (var coordinator = store.builder()
                .observer(new Listening("one"))
                .observer(new Listening("two"))
                .open()) {
            coordinator.lock("x").shared().tryAcquire().orElseThrow();
        }
        assertThat(heard)
                .containsExactly(
                        "one asking x SHARED", "two asking x SHARED", "two asked x ACQUIRED", "one asked x ACQUIRED");
    }

    @Test
    void attemptTellsItsLeaseOrItsFailure() {
        var attempts = new ArrayList<CoordinatorObserver.Asked>();
        var coordinator = store.builder()
                .observer(new CoordinatorObserver() {
                    @Override
                    public void asked(Asked asked) {
                        attempts.add(asked);
                    }
                })
                .open();
        var lease = coordinator.lock("x").tryAcquire().orElseThrow();
        assertThat(coordinator.lock("x").tryAcquire()).isEmpty();
        coordinator.close();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> coordinator.lock("x").tryAcquire());
        assertThat(attempts)
                .extracting(CoordinatorObserver.Asked::outcome)
                .containsExactly(
                        CoordinatorObserver.Outcome.ACQUIRED,
                        CoordinatorObserver.Outcome.CONTENDED,
                        CoordinatorObserver.Outcome.FAILED);
        assertThat(attempts).extracting(CoordinatorObserver.Asked::lease).containsExactly(lease, null, null);
        assertThat(attempts.get(2).failure()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void renewalIsLateWhenMoreThanHalfOfTheTimeoutHadPassed() {
        var renewals = new ArrayList<Renewal>();
        try (var coordinator = store.builder()
                .observer(new CoordinatorObserver() {
                    @Override
                    public void renewed(Renewal renewal, Duration took) {
                        renewals.add(renewal);
                    }
                })
                .open()) {
            store.pass(Staged.LEASE.dividedBy(3));
            assertThat(renewals).containsExactly(Renewal.CONFIRMED);
            store.answersAfter(Staged.LEASE.dividedBy(3));
            store.pass(Staged.LEASE.dividedBy(3));
            assertThat(renewals).containsExactly(Renewal.CONFIRMED, Renewal.LATE);
            store.fallsSilent();
            store.pass(Staged.LEASE.dividedBy(3));
            assertThat(renewals).startsWith(Renewal.CONFIRMED, Renewal.LATE, Renewal.FAILED);
            assertThat(coordinator.memberId()).isEqualTo("m");
        }
    }
}
