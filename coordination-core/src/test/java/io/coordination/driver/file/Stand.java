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

import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.Surroundings;
import io.coordination.spi.TokenDurability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Opens sessions of this process on a directory, in a boot of the test's choice, and remembers what they tell. */
final class Stand implements AutoCloseable {

    private static final AtomicLong CLAIMS = new AtomicLong(1_000_000);

    final List<String> losses = new CopyOnWriteArrayList<>();
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final Path base;

    Stand(Path base) {
        this.base = base;
    }

    Session open(String member) {
        return open(member, 1, Duration.ofHours(1));
    }

    Session open(String member, long boot, Duration retireAfter) {
        return open(member, boot, retireAfter, Clock.SYSTEM);
    }

    Session open(String member, long boot, Duration retireAfter, Clock clock) {
        var settings = new Settings(Duration.ofMillis(300), retireAfter, boot, () -> 0, TokenDurability.DURABLE);
        var with = new Surroundings(clock, (delay, task) -> () -> {}, Runnable::run);
        var session = FileSessions.open(BaseDirectory.check(base, false), "", member, settings, with, new Events());
        sessions.add(session);
        return session;
    }

    /** Takes a lock and gives it back. */
    static long token(Session session, String lock) {
        var claim = session.claim(Key.lock(lock), Mode.EXCLUSIVE, CLAIMS.incrementAndGet());
        try {
            return claim.token();
        } finally {
            claim.release();
        }
    }

    static long newClaim() {
        return CLAIMS.incrementAndGet();
    }

    @Override
    public void close() {
        sessions.forEach(Session::close);
    }

    private final class Events implements SessionEvents {

        @Override
        public void live() {}

        @Override
        public void suspended(Duration belief) {}

        @Override
        public void lost(String reason) {
            losses.add(reason);
        }

        @Override
        public void lost(Key key, long id, String reason) {
            losses.add(key + ": " + reason);
        }
    }
}
