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

/**
 * The one place that parks threads: a thread waits here until it is woken, interrupted, or its time is over. A wake that
 * comes before the wait is not lost.
 */
final class Waiter {

    private final Clock clock;
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    Waiter(Clock clock) {
        this.clock = clock;
    }

    /** Ends the current or the next wait. From any thread. */
    void wake() {
        woken = true;
        clock.unpark(thread);
    }

    /** Waits on the thread that made this waiter; returns whether it was woken. */
    boolean await(long nanos) throws InterruptedException {
        var start = clock.nanoTime();
        while (!woken) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            var left = nanos - (clock.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            clock.park(left);
        }
        woken = false;
        return true;
    }
}
