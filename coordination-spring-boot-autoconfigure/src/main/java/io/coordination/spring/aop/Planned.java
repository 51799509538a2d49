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
package io.coordination.spring.aop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a thread of the scheduler runs now.
 *
 * @param task the class and the method, as Spring names its tasks
 * @param time the time for which it was planned
 */
record Planned(String task, Instant time) {

    private static final ThreadLocal<Planned> NOW = new ThreadLocal<>();

    /** Runs a task, whose method may ask once for what it was planned. */
    void run(Runnable work) {
        NOW.set(this);
        try {
            work.run();
        } finally {
            NOW.remove();
        }
    }

    /** When the call of a method was planned for; null for a second call of it, and for one by hand. */
    static @Nullable Instant take(FiringSite site) {
        var now = NOW.get();
        if (now == null || !site.tasks().contains(now.task())) {
            return null;
        }
        NOW.remove();
        return now.time();
    }
}
