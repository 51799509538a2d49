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
import java.util.List;
import java.util.Set;

/**
 * One member's standing with a store. Everything claimed or joined through a session lives and ends with it.
 *
 * <p>All methods block for one round trip at most, may be called from any thread, and throw {@link StoreException} when the
 * answer is "no, because" or unknown. An unknown outcome ({@code UNREACHABLE}, {@code TIMED_OUT}) of {@link #claim} is
 * mended by {@link #withdraw}; all other calls are safe to repeat. After the session ended every call throws
 * {@code SESSION_LOST}.
 */
public interface Session extends AutoCloseable {

    /** The answer of {@link #renew} and {@link Traits#lease} of a store that holds until the process ends. */
    Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /**
     * What this store promises, as found when the session was opened.
     *
     * @return the same facts for the whole life of the session, without a round trip
     */
    Traits traits();

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

    /**
     * Creates a group.
     *
     * @param group the group
     * @return false when it existed
     */
    boolean create(Key group);

    /**
     * Deletes a group that has no members.
     *
     * @param group the group
     * @return false when there was none
     * @throws StoreException {@code GROUP_NOT_EMPTY} when it still has members
     */
    boolean delete(Key group);

    /**
     * The names of all groups of the namespace.
     *
     * @return the names, in no particular order
     */
    Set<String> groups();

    /**
     * Makes this session's member a member of a group until it leaves or the session ends.
     *
     * @param group the group
     * @param data its capabilities, opaque to the store
     * @param create whether a missing group is created in the same step
     * @throws StoreException {@code GROUP_MISSING}, or {@code MEMBER_EXISTS} when a member of the same id is there already
     */
    void join(Key group, byte[] data, boolean create);

    /**
     * Replaces the member's capabilities.
     *
     * @param group the group
     * @param data its new capabilities
     * @throws StoreException {@code MEMBER_MISSING} when this session has not joined the group
     */
    void update(Key group, byte[] data);

    /**
     * Ends this session's membership.
     *
     * @param group the group
     * @return false when it was no member
     */
    boolean leave(Key group);

    /**
     * The live members of a group.
     *
     * @param group the group
     * @return the members in the order in which they joined, where the store knows it
     * @throws StoreException {@code GROUP_MISSING} when there is no such group
     */
    List<Entry> members(Key group);

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
