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
package io.coordination.spi;

import java.util.concurrent.locks.LockSupport;

/** The time of this machine, and the only place where a thread waits for it. */
public interface Clock {

    /** The clock of the Java runtime. */
    Clock SYSTEM = new Clock() {

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public void park(long nanos) {
            LockSupport.parkNanos(this, nanos);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }

        @Override
        public String toString() {
            return "Clock.SYSTEM";
        }
    };

    /**
     * Monotonic time, the base of every decision.
     *
     * @return nanoseconds from an arbitrary origin
     */
    long nanoTime();

    /**
     * The time of day. Shown to people, and compared with {@link #nanoTime} to notice that the machine was suspended; never
     * a reason to believe longer.
     *
     * @return milliseconds since the epoch
     */
    long wallMillis();

    /**
     * Parks the calling thread until it is unparked, interrupted, or the time is over; may return for no reason.
     *
     * @param nanos how long at most
     */
    void park(long nanos);

    /**
     * Ends the current or the next {@link #park} of a thread.
     *
     * @param thread the thread
     */
    void unpark(Thread thread);
}
