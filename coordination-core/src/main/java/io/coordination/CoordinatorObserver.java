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

import java.time.Duration;

/**
 * Hears what a coordinator does, to count and time it. It is called by the threads that do it, with no lock held, so it must
 * be quick and must not block; what it throws is logged and changes nothing.
 */
public interface CoordinatorObserver {

    /** How it ended that somebody asked for a lock. */
    enum Outcome {
        /** It is held. */
        ACQUIRED,
        /** Others held it for all of the time. */
        CONTENDED,
        /** The store failed, or the thread was interrupted. */
        FAILED
    }

    /**
     * A lock was asked for.
     *
     * @param lock its name
     * @param outcome how that ended
     * @param waited how long it took, the round trips too
     */
    default void asked(String lock, Outcome outcome, Duration waited) {}

    /**
     * The hold of a lock was given back.
     *
     * @param lock its name
     * @param held for how long it was held
     */
    default void released(String lock, Duration held) {}

    /**
     * The hold of a lock was lost.
     *
     * @param loss which one, and why
     * @param held for how long it was held
     */
    default void lost(LeaseLoss loss, Duration held) {}

    /**
     * The session was renewed, or was not.
     *
     * @param confirmed whether the store confirmed it
     * @param took how long the store took to answer, or not to
     */
    default void renewed(boolean confirmed, Duration took) {}
}
