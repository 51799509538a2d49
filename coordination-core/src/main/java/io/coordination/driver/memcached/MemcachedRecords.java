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
package io.coordination.driver.memcached;

import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordSession;
import io.coordination.driver.support.Records;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records changed by compare-and-swap. What is not known is taken for absent and what is known for unchanged: a write that
 * succeeds proves that it was so, in one round trip; else the record is read first.
 *
 * <p>The session is a key of its own that expires unless it is touched. What a record says of a session whose key is gone
 * counts for nothing, so that one touch renews all that a session holds, and nobody ever renews what is another's.
 */
final class MemcachedRecords implements Records {

    /** After this nobody looks any more at what a crashed process left; longer than any lease. */
    private static final int WEEK = Math.toIntExact(Duration.ofDays(7).toSeconds());

    private static final int FOR_EVER = 0;
    private static final int REMEMBERED = 1000;

    /** The sessions of this process, by what they can meet on and by id: they tell one another of changes. */
    private static final Map<String, Map<String, RecordSession>> LOCAL = new ConcurrentHashMap<>();

    private final RecordSession session;
    private final Connection connection;
    private final Settings settings;
    private final Layout layout;
    private final long epoch;
    private final GroupIndex index;
    private final Map<String, RecordSession> local;
    /** The records in which this session stands, as last seen. */
    private final Map<Key, Connection.Item> known = new ConcurrentHashMap<>();

    private final Set<Key> watched = ConcurrentHashMap.newKeySet();
    /** Keys that were found taken, for which it is worth asking who has them in the same breath. */
    private final Set<Key> taken = ConcurrentHashMap.newKeySet();

    private final ThreadLocal<Sessions> atHand = new ThreadLocal<>();

    MemcachedRecords(RecordSession session, Connection connection, Settings settings, long epoch, GroupIndex index) {
        this.session = session;
        this.connection = connection;
        this.settings = settings;
        this.layout = settings.layout();
        this.epoch = epoch;
        this.index = index;
        this.local = LOCAL.computeIfAbsent(settings.meeting(), first -> new ConcurrentHashMap<>());
        local.put(session.id(), session);
    }

    @Override
    public boolean keepsWaiting() {
        return false;
    }

    @Override
    public <T> T change(Key key, Function<KeyRecord, T> change) {
        var item = known.get(key);
        for (var certain = false; ; certain = true) {
            Connection.Asked<Connection.@Nullable Item> found = null;
            try {
                var record = record(key, item);
                var before = RecordFormat.encode(key, record, epoch);
                var value = apply(change, record);
                var bytes = RecordFormat.encode(key, record, epoch);
                var same = Arrays.equals(before, bytes);
                found = same ? null : write(key, item, record, bytes);
                if (found == null && (certain || !same)) {
                    watch(key, record);
                    return value;
                }
            } catch (StoreException refused) {
                if (certain || refused.reason().passing()) {
                    throw refused;
                }
            }
            item = (found == null ? connection.get(layout.record(key)) : found).get();
            remember(key, item);
        }
    }

    private <T> T apply(Function<KeyRecord, T> change, KeyRecord record) {
        atHand.set(new Sessions(record));
        try {
            return change.apply(record);
        } finally {
            atHand.remove();
        }
    }

    private KeyRecord record(Key key, Connection.@Nullable Item item) {
        var watchers = new HashSet<>(local.keySet());
        if (!watched.contains(key)) {
            watchers.remove(session.id());
        }
        return item == null
                ? new KeyRecord(Long.MIN_VALUE, false, List.of(), List.of(), watchers)
                : RecordFormat.decode(key, item, watchers);
    }

    /** Null when it is written, else the answer of what is there instead. */
    private Connection.@Nullable Asked<Connection.@Nullable Item> write(
            Key key, Connection.@Nullable Item item, KeyRecord record, byte @Nullable [] bytes) {
        var name = layout.record(key);
        var group = key.kind() == Key.Kind.GROUP;
        if (bytes == null) {
            if (item != null && !connection.delete(name, item.cas()).get()) {
                return connection.get(name);
            }
            known.remove(key);
            if (group) {
                index.remove(key.name(), name);
            }
            return null;
        }
        var seconds = group ? FOR_EVER : WEEK;
        var asked = item == null
                ? connection.add(name, seconds, bytes)
                : connection.replace(name, seconds, bytes, item.cas());
        var listed = group && item == null ? index.put(key.name()) : null;
        var instead = item == null && taken.contains(key) ? connection.get(name) : null;
        var cas = asked.get();
        if (listed != null) {
            listed.get();
        }
        if (cas == 0) {
            if (taken.size() > REMEMBERED) {
                taken.clear();
            }
            taken.add(key);
            return instead == null ? connection.get(name) : instead;
        }
        if (instead != null) {
            instead.get();
        }
        taken.remove(key);
        record.written(epoch + cas);
        remember(key, new Connection.Item(bytes, cas));
        return null;
    }

    private void remember(Key key, Connection.@Nullable Item item) {
        if (item != null && stands(record(key, item))) {
            known.put(key, item);
        } else {
            known.remove(key);
        }
    }

    private boolean stands(KeyRecord record) {
        return sessions(record).anyMatch(session.id()::equals);
    }

    private static Stream<String> sessions(KeyRecord record) {
        return Stream.concat(
                record.line().stream().map(KeyRecord.Place::session),
                record.seats().stream().map(KeyRecord.Seat::session));
    }

    private void watch(Key key, KeyRecord record) {
        if (record.watchers().contains(session.id())) {
            watched.add(key);
        } else {
            watched.remove(key);
        }
    }

    @Override
    public Set<Key> groups() {
        return index.read().get().stream().map(Key::group).collect(Collectors.toSet());
    }

    @Override
    public <T> Map<Key, T> look(Collection<Key> keys, Function<KeyRecord, T> look) {
        return seen(ask(keys), look);
    }

    private Map<Key, Connection.Asked<Connection.@Nullable Item>> ask(Collection<Key> keys) {
        var asked = new LinkedHashMap<Key, Connection.Asked<Connection.@Nullable Item>>();
        for (var key : keys) {
            var name = layout.record(key);
            asked.put(key, key.kind() == Key.Kind.GROUP ? connection.get(name) : connection.getAndTouch(name, WEEK));
        }
        return asked;
    }

    private <T> Map<Key, T> seen(
            Map<Key, Connection.Asked<Connection.@Nullable Item>> asked, Function<KeyRecord, T> look) {
        var seen = new HashMap<Key, T>();
        asked.forEach((key, answer) -> seen.put(key, look.apply(record(key, answer.get()))));
        return seen;
    }

    @Override
    public void verify() {
        verify(List.of(), record -> record);
    }

    @Override
    public <T> Map<Key, T> verify(Collection<Key> keys, Function<KeyRecord, T> look) {
        var touched = connection.touch(layout.session(session.id()), settings.kept());
        var began = connection.get(layout.epoch());
        var asked = ask(keys);
        var member = keys.stream().anyMatch(key -> key.kind() == Key.Kind.GROUP);
        var listed = member ? index.read() : null;
        if (!touched.get()) {
            throw new StoreException(
                    Reason.SESSION_LOST,
                    "its key is gone from memcached: it expired or was evicted, or the server was restarted or flushed");
        }
        if (!Epoch.isStill(epoch, began.get())) {
            throw new StoreException(Reason.SESSION_LOST, "memcached lost the number that tokens are counted from");
        }
        var seen = seen(asked, look);
        known.keySet().retainAll(keys);
        if (listed != null) {
            var names = listed.get();
            for (var key : keys) {
                if (known.containsKey(key) && key.kind() == Key.Kind.GROUP && !names.contains(key.name())) {
                    index.put(key.name()).get();
                }
            }
        }
        return seen;
    }

    @Override
    public boolean alive(String id) {
        var sessions = atHand.get();
        return local.containsKey(id)
                || (sessions == null ? connection.get(layout.session(id)).get() != null : sessions.alive(id));
    }

    /** The sessions in a record, all of which are asked after when the first one is asked after. */
    private final class Sessions {

        private final KeyRecord record;
        private @Nullable Set<String> dead;

        Sessions(KeyRecord record) {
            this.record = record;
        }

        boolean alive(String id) {
            var known = dead;
            if (known == null) {
                var asked = new HashMap<String, Connection.Asked<Connection.@Nullable Item>>();
                sessions(record)
                        .filter(other -> !local.containsKey(other))
                        .forEach(other ->
                                asked.computeIfAbsent(other, unasked -> connection.get(layout.session(unasked))));
                known = new HashSet<>();
                for (var answer : asked.entrySet()) {
                    if (answer.getValue().get() == null) {
                        known.add(answer.getKey());
                    }
                }
                dead = known;
            }
            return !known.contains(id);
        }
    }

    @Override
    public void ring(String id, Key key) {
        var near = local.get(id);
        if (near != null) {
            near.rung(key);
        }
    }

    /** Who waits looks again by itself, and frees what the dead left whenever it looks. */
    @Override
    public void attend(Collection<String> ids) {}

    @Override
    public void close() {
        local.remove(session.id());
        try {
            connection.delete(layout.session(session.id())).get();
        } catch (StoreException expires) {
            // It expires.
        } finally {
            connection.close();
        }
    }
}
