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
package io.coordination.driver.file;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What all copies of this library in one Java process share, whatever class loader they came from: POSIX frees <em>all</em>
 * locks that a process has on a file when the process closes <em>any</em> descriptor of it, so they must not step on one
 * another. It lives in the system properties, as types of the JDK only.
 */
final class Jvm {

    /** Tells a session of this process: the kind and the name of a key that changed, or {@link #ENDED} and a session. */
    static final String ENDED = "";

    private static final Map<Object, Object> SHARED = shared();
    private static final String ID = get("id", () -> Long.toString(new SecureRandom().nextLong() & Long.MAX_VALUE, 36));
    private static final AtomicLong COUNT = get("count", AtomicLong::new);
    private static final ReentrantLock[] GATES = get("gates", Jvm::gates);

    /** The sessions of this process. */
    static final Map<String, BiConsumer<String, String>> SESSIONS = get("sessions", ConcurrentHashMap::new);

    private Jvm() {}

    static String newSessionId() {
        return ID + "-" + COUNT.incrementAndGet();
    }

    /** Whether a session is, or was, one of this process. Its presence file must then not be opened. */
    static boolean owns(String session) {
        return session.length() > ID.length() && session.startsWith(ID) && session.charAt(ID.length()) == '-';
    }

    /**
     * Held around every use and every closing of a file that is locked for moments only. Different files may share one, so
     * nobody waits for another process while holding it.
     */
    static ReentrantLock gate(Path file) {
        return GATES[Math.floorMod(file.toString().hashCode(), GATES.length)];
    }

    static long random() {
        return get("random", () -> new SecureRandom().nextLong());
    }

    private static ReentrantLock[] gates() {
        var gates = new ReentrantLock[1024];
        for (var i = 0; i < gates.length; i++) {
            gates[i] = new ReentrantLock();
        }
        return gates;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> shared() {
        return (Map<Object, Object>) System.getProperties()
                .computeIfAbsent("io.coordination.driver.file", unused -> new ConcurrentHashMap<>());
    }

    @SuppressWarnings("unchecked")
    private static <T> T get(String name, Supplier<T> otherwise) {
        return (T) SHARED.computeIfAbsent(name, unused -> otherwise.get());
    }
}
