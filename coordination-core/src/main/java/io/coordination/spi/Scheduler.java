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

import java.time.Duration;

/** Runs tasks later. */
@FunctionalInterface
public interface Scheduler {

    /**
     * Runs a task once after a delay.
     *
     * @param delay how long to wait; zero or less means at once, on another thread
     * @param task a task that does not block
     * @return cancels the task when it has not begun
     */
    Cancellable after(Duration delay, Runnable task);

    /** A task that can be called off. */
    @FunctionalInterface
    interface Cancellable {

        /** Calls the task off. Harmless when it ran or was called off. */
        void cancel();
    }
}
