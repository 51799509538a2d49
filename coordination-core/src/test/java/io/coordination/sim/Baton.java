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
package io.coordination.sim;

import java.util.concurrent.locks.LockSupport;

/** Lets one real thread wait until it is its turn. Deaf to interrupts, which belong to the virtual world. */
final class Baton {

    private final Thread thread;
    private volatile boolean turn;

    Baton(Thread thread) {
        this.thread = thread;
    }

    Thread thread() {
        return thread;
    }

    void pass() {
        turn = true;
        LockSupport.unpark(thread);
    }

    void await() {
        while (!turn) {
            LockSupport.park(this);
        }
        turn = false;
    }

    /** {@return false when it was not our turn within a real time} */
    boolean await(long nanos) {
        var start = System.nanoTime();
        while (!turn) {
            var left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        turn = false;
        return true;
    }
}
