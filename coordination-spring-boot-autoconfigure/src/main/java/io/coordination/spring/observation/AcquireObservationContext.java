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
package io.coordination.spring.observation;

import io.coordination.CoordinatorObserver.Asked;
import io.coordination.spi.Mode;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** What is known of somebody who asks for a lock. */
public final class AcquireObservationContext extends Observation.Context {

    private final String lock;
    private final Mode mode;
    private @Nullable Asked asked;

    AcquireObservationContext(String lock, Mode mode) {
        this.lock = lock;
        this.mode = mode;
    }

    /**
     * What is asked for.
     *
     * @return the name of the lock
     */
    public String getLock() {
        return lock;
    }

    /**
     * Beside whom it is to be held.
     *
     * @return the mode
     */
    public Mode getMode() {
        return mode;
    }

    /**
     * How it ended.
     *
     * @return null until then
     */
    public @Nullable Asked getAsked() {
        return asked;
    }

    void setAsked(Asked asked) {
        this.asked = asked;
    }
}
