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

import java.util.Set;

/**
 * Opens sessions on one kind of store. Found by URL scheme through {@link java.util.ServiceLoader}, or handed to the
 * coordinator's builder when it wraps a client that the application already has.
 *
 * <p>An instance is stateless or thread-safe, and creating it must not load the store's client classes: only
 * {@link #open} may need them.
 */
public interface Driver {

    /**
     * The URL schemes this driver answers to, in lower case, the preferred one first.
     *
     * @return the schemes, never empty
     */
    Set<String> schemes();

    /**
     * Connects and registers a session for one member.
     *
     * <p>Returns only when the store has answered. The returned session is live; all later changes are told to
     * {@code events}.
     *
     * @param target which store, namespace and member
     * @param with the clock, the timer and the threads to use; a driver starts none of its own for waiting
     * @param events where the session tells what becomes of it
     * @return a live session
     * @throws StoreException {@code UNREACHABLE} or {@code TIMED_OUT} when the store does not answer, {@code REFUSED} when
     *     it does not let us in, {@code BAD_URL} or {@code BAD_OPTION} when the target makes no sense for this store
     */
    Session open(Target target, Surroundings with, SessionEvents events);
}
