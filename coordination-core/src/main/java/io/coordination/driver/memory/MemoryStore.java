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
package io.coordination.driver.memory;

import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordSession;
import io.coordination.driver.support.Records;
import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.Traits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The records of one name; the map's own atomic step is the store's. */
final class MemoryStore {

    private static final AtomicLong SESSIONS = new AtomicLong();

    private final Map<Key, KeyRecord> records = new ConcurrentHashMap<>();
    private final Map<String, RecordSession> sessions = new ConcurrentHashMap<>();
    /** At least the last token of every record that was dropped, so that tokens go on rising without keeping it. */
    private final AtomicLong floor;

    MemoryStore(long floor) {
        this.floor = new AtomicLong(floor);
    }

    Session open(String member, Traits traits, Clock clock, SessionEvents events) {
        var id = member + "#" + SESSIONS.incrementAndGet();
        var session = new RecordSession(id, member, traits, clock, events, View::new);
        sessions.put(id, session);
        return session;
    }

    private final class View implements Records {

        private final RecordSession session;

        View(RecordSession session) {
            this.session = session;
        }

        @Override
        public <T> T change(Key key, Function<KeyRecord, T> change) {
            var results = new ArrayList<T>(1);
            records.compute(key, (same, known) -> {
                var record = known == null ? new KeyRecord(floor.get()) : known;
                results.add(change.apply(record));
                record.takeChanged();
                if (!record.isBlank()) {
                    return record;
                }
                floor.accumulateAndGet(record.token(), Math::max);
                return null;
            });
            return results.get(0);
        }

        @Override
        public Set<Key> groups() {
            return records.keySet().stream()
                    .filter(key -> key.kind() == Key.Kind.GROUP)
                    .collect(Collectors.toSet());
        }

        @Override
        public boolean alive(String id) {
            return sessions.containsKey(id);
        }

        @Override
        public void ring(String id, Key key) {
            var other = sessions.get(id);
            if (other != null) {
                other.rung(key);
            }
        }

        /** A session of this process can not end without cleaning up. */
        @Override
        public void attend(Collection<String> ids) {}

        /** A session of this process stands until it is closed. */
        @Override
        public void verify() {}

        @Override
        public void close() {
            sessions.remove(session.id());
        }
    }
}
