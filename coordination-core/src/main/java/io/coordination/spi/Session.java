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
import java.time.temporal.ChronoUnit;

/**
 * One member's standing with a store. Everything claimed or joined through a session lives and ends with it.
 *
 * <p>All methods block for one round trip at most, may be called from any thread, and throw {@link StoreException} when the
 * answer is "no, because" or unknown. An unknown outcome ({@code UNREACHABLE}, {@code TIMED_OUT}) of {@link #claim claim} is
 * mended by {@link #withdraw withdraw}; all other calls are safe to repeat. After the session ended every call throws
 * {@code SESSION_LOST}.
 */
public interface Session extends LockCalls, GroupCalls, AutoCloseable {

    /** The answer of {@link #renew} and {@link Traits#lease} of a store that holds until the process ends. */
    Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /**
     * What this store promises, as found when the session was opened.
     *
     * @return the same facts for the whole life of the session, without a round trip
     */
    Traits traits();

    /**
     * Tells when the members of a group change, or who has a leadership. May tell twice, for nothing, or once for several
     * changes; the last change is never missed while the session is live. Nobody watches who has a lock.
     *
     * @param key a leadership, or a group, which need not exist yet
     * @param changed called without any lock held; must not block
     * @return ends the watch
     */
    Watch watch(Key key, Runnable changed);

    /**
     * Renews all that this session holds, in one round trip, whatever it holds.
     *
     * @return for how long, counted from before this call, the store keeps it: {@link #FOREVER} when it is kept until the
     *     process ends, zero when the client library renews by itself and tells through {@link SessionEvents}
     */
    Duration renew();

    /** Ends the session and all that it holds, at once for everybody else. Quiet, and harmless when repeated. */
    @Override
    void close();

    /** A running watch. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {

        /** Ends the watch. Harmless when repeated. */
        @Override
        void close();
    }
}
