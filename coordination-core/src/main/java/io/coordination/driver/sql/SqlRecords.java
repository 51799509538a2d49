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
package io.coordination.driver.sql;

import io.coordination.driver.sql.Change.Found;
import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordSession;
import io.coordination.driver.support.Records;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records changed by compare-and-swap. What is not known is taken for absent and what is known for unchanged: a write that
 * succeeds proves that it was so, in one statement; else the record is read first.
 *
 * <p>The session is a row of its own that expires, by the database's clock, unless it is renewed. What a record says of a
 * session whose row is gone counts for nothing, and a session whose row has expired can write nothing.
 */
final class SqlRecords implements Records {

    private static final int REMEMBERED = 1000;

    private final RecordSession session;
    private final Connections connections;
    private final Dialect dialect;
    private final Settings settings;
    private final Lives lives;
    private final boolean hears;
    private final Runnable closing;

    /** Records as last seen: those in which this session stands, and some others. */
    private final Map<Key, Row> known = new ConcurrentHashMap<>();
    /** Versions of records that are known as messages told of them, and that no one has looked at since. */
    private final Map<Key, Long> news = new ConcurrentHashMap<>();
    /** Keys of which nobody else wanted anything when they were last used here. */
    private final Set<Key> quiet = ConcurrentHashMap.newKeySet();

    private final ThreadLocal<KeyRecord> atHand = new ThreadLocal<>();
    /** How many connections had broken when it was last looked for removals that a crash took back. */
    private int examined;

    SqlRecords(
            RecordSession session,
            Connections connections,
            Dialect dialect,
            Settings settings,
            Lives lives,
            boolean hears,
            Runnable closing) {
        this.session = session;
        this.connections = connections;
        this.dialect = dialect;
        this.settings = settings;
        this.lives = lives;
        this.hears = hears;
        this.closing = closing;
    }

    /** Not of a session that could not be told that its turn came. */
    @Override
    public boolean keepsWaiting() {
        return hears;
    }

    @Override
    public <T> T change(Key key, Function<KeyRecord, T> change) {
        var row = known.get(key);
        var end = lives.now() + settings.patience().toNanos();
        for (var certain = false; ; certain = true) {
            if (certain && lives.now() - end > 0) {
                throw new StoreException(
                        Reason.UNREACHABLE,
                        "others changed the record of " + key + " each time it was about to be, for "
                                + settings.patience().toMillis() + " ms; nothing was done");
            }
            Found found = null;
            var asked = lives.now();
            try {
                var record = RecordFormat.decode(key, row);
                var value = apply(change, record);
                var changed = record.takeChanged() && (hears || isChangedWithoutWaiting(key, row, record));
                found = changed ? write(key, row, record) : null;
                if (found == null && (certain || changed)) {
                    return value;
                }
            } catch (StoreException refused) {
                if (certain || refused.reason().passing()) {
                    throw refused;
                }
            }
            row = seen(key, found == null ? read(key) : found, asked);
        }
    }

    /** Takes out what would only be there to be told. */
    private boolean isChangedWithoutWaiting(Key key, @Nullable Row row, KeyRecord record) {
        record.watchers().remove(session.id());
        record.line().removeIf(place -> place.token() == 0 && place.session().equals(session.id()));
        return !Arrays.equals(RecordFormat.encode(RecordFormat.decode(key, row)), RecordFormat.encode(record));
    }

    private <T> T apply(Function<KeyRecord, T> change, KeyRecord record) {
        atHand.set(record);
        try {
            return change.apply(record);
        } finally {
            atHand.remove();
        }
    }

    private Found read(Key key) {
        return connections.use(connection -> dialect.read(connection, session.id(), key));
    }

    private @Nullable Row seen(Key key, Found found, long asked) {
        if (!found.alive()) {
            throw over();
        }
        if (found.owner() != null) {
            lives.seen(found.owner(), found.left(), asked);
        }
        remember(key, found.row());
        return found.row();
    }

    private static StoreException over() {
        return new StoreException(
                Reason.SESSION_LOST, "its row is gone from the database, or was not renewed before it expired");
    }

    /** Null when it is written, else what is there instead. */
    private @Nullable Found write(Key key, @Nullable Row before, KeyRecord record) {
        var content = RecordFormat.encode(record);
        if (before == null && content == null) {
            return null;
        }
        var tell = new HashSet<>(record.news());
        tell.remove(session.id());
        var change = new Change(
                session.id(), key, before, content, owner(record), record.drawn(), tell, hears, !quiet.contains(key));
        var outcome = connections.use(connection -> dialect.write(connection, change));
        if (outcome.refused()) {
            quiet.remove(key);
            var instead = outcome.instead();
            return instead == null ? read(key) : instead;
        }
        if (content == null) {
            if (quiet.size() > REMEMBERED) {
                quiet.clear();
            }
            quiet.add(key);
        }
        record.written(outcome.version());
        remember(key, content == null ? null : new Row(outcome.version(), content));
        return null;
    }

    private static @Nullable String owner(KeyRecord record) {
        if (!record.line().isEmpty()) {
            return record.line().get(0).session();
        }
        return record.seats().isEmpty()
                ? record.watchers().stream().findFirst().orElse(null)
                : record.seats().get(0).session();
    }

    private void remember(Key key, @Nullable Row row) {
        if (row == null) {
            known.remove(key);
        } else {
            known.put(key, row);
        }
    }

    @Override
    public Set<Key> groups() {
        return connections.use(dialect::groups);
    }

    @Override
    public <T> Map<Key, T> look(Collection<Key> keys, Function<KeyRecord, T> look) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        var before = known(keys);
        return seen(keys, connections.use(connection -> dialect.read(connection, keys, before)), look);
    }

    private Map<Key, Row> known(Collection<Key> keys) {
        var rows = new HashMap<>(known);
        rows.keySet().retainAll(keys);
        return rows;
    }

    private <T> Map<Key, T> seen(Collection<Key> keys, Map<Key, Row> rows, Function<KeyRecord, T> look) {
        var seen = new HashMap<Key, T>();
        for (var key : keys) {
            seen.put(key, look.apply(RecordFormat.decode(key, rows.get(key))));
        }
        return seen;
    }

    @Override
    public void verify() {
        verify(Set.of(), record -> record);
    }

    @Override
    public <T> Map<Key, T> verify(Collection<Key> held, Function<KeyRecord, T> look) {
        var breaks = connections.breaks();
        var keys = breaks == examined ? held : withOwned(held);
        var before = known(keys);
        var attended = lives.attended();
        var sent = lives.now();
        var renewal = connections.use(
                connection -> dialect.renew(connection, session.id(), settings.lease(), keys, before, attended));
        if (renewal == null) {
            throw over();
        }
        examined = breaks;
        lives.renewed(attended, renewal.lives(), sent);
        if (known.size() > keys.size() + REMEMBERED) {
            known.keySet().retainAll(keys);
            news.keySet().retainAll(keys);
        }
        return seen(keys, renewal.rows(), look);
    }

    /** A removal that need not outlast a crash may have been taken back by one, in which all connections broke. */
    private Collection<Key> withOwned(Collection<Key> held) {
        var owned = connections.use(connection -> dialect.owned(connection, session.id()));
        session.doubt(owned);
        owned.addAll(held);
        return owned;
    }

    /** A message came. It is news only if it tells of what follows what is known here. */
    void told(Dialect.News told) {
        var row = told.row();
        if (row != null) {
            known.computeIfPresent(told.key(), (key, before) -> {
                if (row.version() <= before.version()) {
                    return before;
                }
                news.put(key, row.version());
                return row;
            });
        }
        session.rung(told.key());
    }

    /** Messages may have been missed. */
    void missed() {
        session.rung();
    }

    /** Whoever grants says so in a message of what the record became by it. */
    @Override
    public <T> T lookWaiting(Key key, Function<KeyRecord, T> look) {
        var told = news.remove(key);
        var row = known.get(key);
        return told != null && row != null && row.version() == told
                ? look.apply(RecordFormat.decode(key, row))
                : change(key, look);
    }

    @Override
    public boolean alive(String id) {
        var record = atHand.get();
        var others = new HashSet<String>();
        if (record != null) {
            record.line().forEach(place -> others.add(place.session()));
            record.seats().forEach(seat -> others.add(seat.session()));
            others.addAll(record.watchers());
        }
        return lives.alive(id, others);
    }

    /** They were told in the step that changed the record. */
    @Override
    public void ring(String id, Key key) {}

    @Override
    public void attend(Collection<String> ids) {
        lives.attend(ids);
    }

    @Override
    public void close() {
        lives.close();
        try {
            connections.use(connection -> {
                dialect.end(connection, session.id());
                return true;
            });
        } catch (StoreException expires) {
            // It expires.
        } finally {
            closing.run();
        }
    }
}
