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
import java.time.Duration;

/** The end of a caller's patience. */
final class Deadline {

    private static final long NEVER = Long.MAX_VALUE;

    private final Clock clock;
    private final long start;
    private final long nanos;

    private Deadline(Clock clock, long nanos) {
        this.clock = clock;
        this.start = nanos == NEVER ? 0 : clock.nanoTime();
        this.nanos = nanos;
    }

    static Deadline never(Clock clock) {
        return new Deadline(clock, NEVER);
    }

    /** Times too long to count are as good as never. */
    static Deadline in(Clock clock, Duration patience) {
        if (patience.isNegative()) {
            throw new BadOptionException("a wait time must not be negative, but is " + patience, null);
        }
        return new Deadline(clock, patience.getSeconds() > Integer.MAX_VALUE ? NEVER : patience.toNanos());
    }

    boolean isNow() {
        return nanos == 0;
    }

    boolean isNever() {
        return nanos == NEVER;
    }

    long leftNanos() {
        return nanos == NEVER ? NEVER : Math.max(0, nanos - (clock.nanoTime() - start));
    }

    boolean isOver() {
        return leftNanos() == 0;
    }
}
