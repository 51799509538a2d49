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

import java.util.List;

/** What a {@link Session} does about locks and leaderships. */
public interface LockCalls {

    /**
     * Takes a place in the line for a key: at its head the claim is held, with a token made in the same step.
     *
     * <p>Never waits. Repeating a call with the same {@code id} (because its answer was lost) makes no second place.
     *
     * @param key what to hold, of kind {@code LOCK} or {@code LEADER}
     * @param mode beside whom it may be held
     * @param id names this claim within the session; never used twice for different claims
     * @return the place in line, which the caller must release
     */
    Claim claim(Key key, Mode mode, long id);

    /**
     * Makes sure that no claim of this id is left in the store. For claims whose outcome is unknown; repeated until it
     * returns. Never touches a claim of another id or session.
     *
     * @param key what was claimed
     * @param id the id it was claimed with
     */
    void withdraw(Key key, long id);

    /**
     * Who holds a key now.
     *
     * @param key what is held
     * @return the holders in the order of their grants, empty when it is free
     */
    List<Holder> holders(Key key);

    /**
     * Takes a key from whoever holds it. The evicted sessions are told, at the latest at their next renewal.
     *
     * @param key what to free
     * @return whether anybody held it
     */
    boolean evict(Key key);

    /**
     * Replaces the mark of a lock, if it is the expected one. A mark is a number that outlives holds and sessions, and 0 at
     * first. Expecting a mark and giving the same looks at it only; giving 0 forgets it.
     *
     * @param lock the lock, held or not
     * @param expected the mark that it is thought to have
     * @param mark its new mark, not negative
     * @return the mark it had, which is the expected one when it was replaced. A call whose answer was lost and that is
     *     repeated finds the mark that it made
     */
    long exchange(Key lock, long expected, long mark);
}
