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
package io.coordination.contract;

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import java.time.Duration;
import java.util.Map;

/** A store for one test, empty at first, and the line to it. */
public interface Backend extends AutoCloseable {

    /** A builder for a member on this store, whose calls go over {@link #line}. */
    CoordinatorBuilder member();

    /** The line between the members and the store. */
    Line line();

    /** Minutes, so that a wait passes by a wake only; a store that can not notify is given less. */
    default Duration pollInterval() {
        return Duration.ofMinutes(10);
    }

    /** How many round trips it takes to take a free lock, and as many to release it. */
    default int tripsOfALock() {
        return 1;
    }

    /** How many round trips it takes to get in line for what is held. */
    default int tripsIntoLine() {
        return 1;
    }

    /** How many of what the store keeps for its clients there are now, by kind: keys, connections, watchers. */
    default Map<String, Long> traces() {
        return Map.of();
    }

    /** How many round trips a release and the grant to who waited for it cost at most, from the waiter's claim on. */
    default int tripsOfAWait() {
        return 6;
    }

    /** Ends the store and removes what it left. */
    @Override
    void close();

    /** What can happen to the line between all members and the store. */
    interface Line {

        /** Nothing gets through from now on. */
        void cut();

        /** What answers from now on answers noise, and breaks the connection. */
        void garble();

        /** All gets through again. */
        void restore();

        /** The next call of this name takes effect, but its answer is lost. */
        void loseReplyOf(String call);

        /** The store ends the session of a member, without anybody having asked for it. */
        void expire(Coordinator member);

        /** How many round trips were made so far. */
        long trips();
    }
}
