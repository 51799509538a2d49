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

import io.coordination.spi.Clock;
import io.coordination.spi.Session;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BeliefTests {

    private static final Duration LEASE = Duration.ofSeconds(10);

    private final HandClock clock = new HandClock();

    @Test
    void leaseIsBelievedFromBeforeTheRequestWasSentAndLessTheMargin() {
        var sent = Belief.Sent.now(clock);
        clock.pass(Duration.ofSeconds(3));
        var belief = Belief.granted(sent, LEASE, Duration.ZERO);
        // 10 s, less 1 %, less 50 ms, less the 3 s that the answer took
        assertThat(belief.remainingNanos(clock))
                .isEqualTo(Duration.ofMillis(6850).toNanos());
        clock.pass(Duration.ofMillis(6849));
        assertThat(belief.holds(clock)).isTrue();
        clock.pass(Duration.ofMillis(1));
        assertThat(belief.holds(clock)).isFalse();
    }

    @Test
    void coarseTicksOfTheStoreShortenBelief() {
        var belief = Belief.granted(Belief.Sent.now(clock), LEASE, Duration.ofSeconds(1));
        assertThat(belief.remainingNanos(clock))
                .isEqualTo(Duration.ofMillis(8900).toNanos());
    }

    @Test
    void leaseShorterThanTheMarginIsNeverBelieved() {
        assertThat(Belief.granted(Belief.Sent.now(clock), Duration.ofMillis(40), Duration.ZERO)
                        .holds(clock))
                .isFalse();
    }

    @Test
    void timeInWhichTheMachineSleptCounts() {
        var belief = Belief.granted(Belief.Sent.now(clock), LEASE, Duration.ZERO);
        clock.wallMillis += 2400;
        assertThat(belief.remainingNanos(clock))
                .isEqualTo(Duration.ofMillis(9850 - 2400).toNanos());
        clock.wallMillis += 9850 - 2400;
        assertThat(belief.holds(clock)).isFalse();
    }

    @Test
    void wallClockThatIsSetBackDoesNotProlongBelief() {
        var belief = Belief.granted(Belief.Sent.now(clock), LEASE, Duration.ZERO);
        clock.wallMillis -= 3_600_000;
        clock.pass(LEASE);
        assertThat(belief.holds(clock)).isFalse();
    }

    @Test
    void holdsOfStoresWithoutLeasesAreBelievedForEver() {
        assertThat(Belief.granted(Belief.Sent.now(clock), Session.FOREVER, Duration.ZERO)
                        .isLimited())
                .isFalse();
        assertThat(Belief.granted(Belief.Sent.now(clock), Duration.ZERO, Duration.ZERO)
                        .isLimited())
                .isFalse();
    }

    @Test
    void monotonicClockMayOverflow() {
        clock.nanos = Long.MAX_VALUE - 1000;
        var belief = Belief.granted(Belief.Sent.now(clock), LEASE, Duration.ZERO);
        clock.pass(Duration.ofSeconds(5));
        assertThat(belief.holds(clock)).isTrue();
        clock.pass(Duration.ofSeconds(5));
        assertThat(belief.holds(clock)).isFalse();
    }

    private static final class HandClock implements Clock {

        private long nanos = 42;
        private long wallMillis = 1_700_000_000_000L;

        void pass(Duration time) {
            nanos += time.toNanos();
            wallMillis += time.toMillis();
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return wallMillis;
        }

        @Override
        public void park(long forNanos) {
            nanos += forNanos;
        }

        @Override
        public void unpark(Thread thread) {}
    }
}
