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
import java.util.Set;
import java.util.function.Function;

/** A store that keeps {@link KeyRecord}s, as one session sees it. */
public interface Records {

    /**
     * Changes the record of a key in one atomic step. Only a record whose {@link KeyRecord#takeChanged} is true is written.
     *
     * @param key the key
     * @param change reads and changes the record; pure otherwise, and run once
     * @param <T> what it finds out
     * @return what {@code change} returned
     */
    <T> T change(Key key, Function<KeyRecord, T> change);

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

    /** Ends this session's standing, after what it held was given back. */
    void close();
}
