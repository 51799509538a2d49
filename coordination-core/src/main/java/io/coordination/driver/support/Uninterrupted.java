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
package io.coordination.driver.support;

import io.coordination.spi.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a store answers. An interrupt does not end the wait, for the outcome is needed; it is kept for the caller. */
public final class Uninterrupted {

    private Uninterrupted() {}

    /**
     * Waits for an answer.
     *
     * @param answer what was asked
     * @param patience how long to wait for it
     * @param clock what that is measured by
     * @param <T> the answer's type
     * @return the answer
     * @throws ExecutionException when asking failed
     * @throws TimeoutException when there is no answer yet
     */
    public static <T> T get(Future<T> answer, Duration patience, Clock clock)
            throws ExecutionException, TimeoutException {
        var interrupted = false;
        var asked = clock.nanoTime();
        var left = patience.toNanos();
        try {
            while (true) {
                try {
                    return answer.get(left, TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                    left = patience.toNanos() - (clock.nanoTime() - asked);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
