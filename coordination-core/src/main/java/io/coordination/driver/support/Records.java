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
package io.coordination.driver.support;

import io.coordination.spi.Key;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A store that keeps {@link KeyRecord}s, as one session sees it. */
public interface Records {

    /**
     * Changes the record of a key in one atomic step. Only a record whose {@link KeyRecord#takeChanged} is true is written.
     *
     * @param key the key
     * @param change reads and changes the record; pure otherwise. It may run again on what another one wrote meanwhile, and
     *     only the last run counts
     * @param <T> what it finds out
     * @return what {@code change} returned
     */
    <T> T change(Key key, Function<KeyRecord, T> change);

    /**
     * Looks at a record in which a claim of this session waits. What the store told of the record last may be believed, as
     * it tells each grant.
     *
     * @param key its key
     * @param look reads the record, changes nothing
     * @param <T> what it finds out
     * @return what {@code look} returned
     */
    default <T> T lookWaiting(Key key, Function<KeyRecord, T> look) {
        return change(key, look);
    }

    /**
     * Looks at several records, in one round trip where there is a wire.
     *
     * @param keys their keys
     * @param look reads a record
     * @param <T> what it finds out
     * @return what {@code look} returned for each key
     */
    default <T> Map<Key, T> look(Collection<Key> keys, Function<KeyRecord, T> look) {
        var seen = new HashMap<Key, T>();
        keys.forEach(key -> seen.put(key, change(key, look)));
        return seen;
    }

    /**
     * Whether claims that wait are kept in the record. Where they are not, a waiting claim is made anew each time it looks,
     * and a change writes at most one grant.
     *
     * @return true for a line that is first come, first served
     */
    default boolean keepsWaiting() {
        return true;
    }

    /** {@return the keys of all records of the kind {@code GROUP}} */
    Set<Key> groups();

    /**
     * Whether a session lives.
     *
     * @param session its id
     * @return true when it lives, or when this can not be told
     */
    boolean alive(String session);

    /**
     * Tells a session that the record of a key changed. Never blocks on it, and does nothing when it is gone.
     *
     * @param session its id
     * @param key the key
     */
    void ring(String session, Key key);

    /**
     * Asks to be told through {@link RecordSession#died} when one of these sessions ends without having cleaned up.
     *
     * @param sessions their ids
     */
    void attend(Collection<String> sessions);

    /**
     * Makes sure that this session still stands.
     *
     * @throws io.coordination.spi.StoreException {@code SESSION_LOST} when it does not
     */
    void verify();

    /**
     * {@link #verify()} and {@link #look} together, in one round trip where there is a wire.
     *
     * @param keys what this session holds
     * @param look reads a record
     * @param <T> what it finds out
     * @return what {@code look} returned for each key
     */
    default <T> Map<Key, T> verify(Collection<Key> keys, Function<KeyRecord, T> look) {
        verify();
        return look(keys, look);
    }

    /** Ends this session's standing, after what it held was given back. */
    void close();
}
