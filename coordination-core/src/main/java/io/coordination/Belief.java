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

import io.coordination.spi.Clock;
import io.coordination.spi.Session;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Until when what a session holds may be believed, by this machine's clock alone.
 *
 * <p>A lease T that the store granted is believed for {@code T - 1 % - max(50 ms, granularity)}, counted from before the
 * request was sent. The store counts its T from when the request arrived, which is later; one percent covers clocks that run
 * at different rates, the rest the ticks of the store's clock and the time it takes to tell the holder. Counted from the
 * reply instead, two holders overlap: a model checker finds that in ten steps ({@code docs/guarantees.md}).
 *
 * <p>The monotonic clock of Linux stands still while the machine is suspended. So the time that passed is the longer one of
 * what this clock and the time of day say: a time of day that is wrong can only shorten belief.
 */
final class Belief {

    /** Held until the process ends. */
    static final Belief UNLIMITED = new Belief(0, 0, Long.MAX_VALUE);

    /** Was seen to be over. */
    static final Belief OVER = new Belief(0, 0, Long.MIN_VALUE);

    private static final long LEAST_MARGIN = Duration.ofMillis(50).toNanos();

    private final long sentNanos;
    private final long sentWall;
    private final long forNanos;

    private Belief(long sentNanos, long sentWall, long forNanos) {
        this.sentNanos = sentNanos;
        this.sentWall = sentWall;
        this.forNanos = forNanos;
    }

    /** The time before a request is sent, from which the lease that it brings is counted. */
    record Sent(long nanos, long wall) {

        static Sent now(Clock clock) {
            return new Sent(clock.nanoTime(), clock.wallMillis());
        }
    }

    /** What a store's answer to a request sent then allows to believe. */
    static Belief granted(Sent sent, Duration lease, Duration granularity) {
        if (lease.isZero() || lease.equals(Session.FOREVER)) {
            return UNLIMITED;
        }
        var nanos = lease.toNanos();
        var margin = nanos / 100 + Math.max(LEAST_MARGIN, granularity.toNanos());
        return exactly(sent, Duration.ofNanos(Math.max(0, nanos - margin)));
    }

    /** Belief that a driver worked out itself. */
    static Belief exactly(Sent sent, Duration belief) {
        return new Belief(sent.nanos, sent.wall, belief.toNanos());
    }

    boolean isLimited() {
        return this != UNLIMITED;
    }

    boolean holds(Clock clock) {
        return this == UNLIMITED || remainingNanos(clock) > 0;
    }

    /** Nanoseconds left, 0 when it is over, {@link Long#MAX_VALUE} when it is not limited. */
    long remainingNanos(Clock clock) {
        if (this == UNLIMITED || this == OVER) {
            return Math.max(0, forNanos);
        }
        var passed =
                Math.max(clock.nanoTime() - sentNanos, TimeUnit.MILLISECONDS.toNanos(clock.wallMillis() - sentWall));
        return Math.max(0, forNanos - passed);
    }
}
