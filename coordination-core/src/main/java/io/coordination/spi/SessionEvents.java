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

/**
 * Where a session tells what becomes of it. Calls return at once and may come from any thread, including a client library's
 * own; a session's calls must come in the order of what happened, and none comes after {@link #lost(String)}.
 */
public interface SessionEvents {

    /** The store answers again, within the same session. */
    void live();

    /**
     * The store does not answer. Only for stores whose client renews by itself.
     *
     * @param belief for how long from now what is held may still be believed
     */
    void suspended(Duration belief);

    /**
     * The session is over, and everything it held.
     *
     * @param reason what happened, for people
     */
    void lost(String reason);

    /**
     * One claim is over although the session lives: evicted, or its record was removed.
     *
     * @param key what was claimed
     * @param id the id it was claimed with
     * @param reason what happened, for people
     */
    void lost(Key key, long id, String reason);
}
