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
package io.coordination.driver.zookeeper;

import io.coordination.Coordinator;
import java.io.IOException;
import java.time.Duration;

/**
 * A process of its own that takes a lock and gives it back, again and again, once it is sent a line. Then it says how many
 * nanoseconds it waited at most. Nothing but a wake ends a wait of its.
 */
final class TurnsProcess {

    private TurnsProcess() {}

    /** Starts it and waits until it is connected. */
    static Process start(String url, int turns) throws IOException {
        return JavaProcess.start(TurnsProcess.class, url, Integer.toString(turns));
    }

    public static void main(String[] arguments) throws Exception {
        try (var coordinator = Coordinator.builder()
                .url(arguments[0])
                .pollInterval(Duration.ofHours(1))
                .open()) {
            var lock = coordinator.lock("x");
            System.out.println(JavaProcess.READY);
            System.in.read();
            var longest = 0L;
            for (var i = Integer.parseInt(arguments[1]); i > 0; i--) {
                var start = System.nanoTime();
                try (var lease = lock.acquire()) {
                    longest = Math.max(longest, System.nanoTime() - start);
                    if (!lease.isValid()) {
                        throw new IllegalStateException("granted a lease that has ended");
                    }
                }
            }
            System.out.println(longest);
        }
    }
}
