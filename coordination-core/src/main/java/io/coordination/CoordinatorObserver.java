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

import io.coordination.spi.Mode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a coordinator does, to count, time and trace it. It is called by the threads that do it, with no lock held, so it
 * must be quick and must not block; what it throws is logged and changes nothing.
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

    /** How a renewal of the session went. */
    enum Renewal {
        /** The store confirmed the session. */
        CONFIRMED,
        /** The store confirmed it when more than half of the session timeout had passed since it last did. */
        LATE,
        /** The store did not confirm it. */
        FAILED
    }

    /**
     * How it ended that a lock was asked for.
     *
     * @param lock its name
     * @param mode beside whom it was to be held
     * @param outcome how it ended
     * @param waited how long it took, the round trips too
     * @param lease what is held, null unless the lock was acquired
     * @param failure what the caller is thrown, null unless it failed
     */
    record Asked(
            String lock,
            Mode mode,
            Outcome outcome,
            Duration waited,
            @Nullable Lease lease,
            @Nullable Throwable failure) {}

    /**
     * This thread is about to ask for a lock. It asks for no other one before {@link #asked} was told how that ended, which
     * several observers are told in the opposite order.
     *
     * @param lock its name
     * @param mode beside whom it is to be held
     */
    default void asking(String lock, Mode mode) {}

    /**
     * This thread asked for a lock.
     *
     * @param asked how that ended
     */
    default void asked(Asked asked) {}

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
     * @param renewal how that went
     * @param took how long the store took to answer, or not to
     */
    default void renewed(Renewal renewal, Duration took) {}
}
