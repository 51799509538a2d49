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

import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordSession;
import io.coordination.driver.support.Records;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A namespace as one session sees it. */
final class FileRecords implements Records {

    private static final Logger LOG = LoggerFactory.getLogger(FileRecords.class);

    private final RecordSession session;
    private final Surroundings with;
    private final Settings settings;
    private final Layout layout;
    private final Presence presence;
    private final boolean hears;
    private final RecordFiles files;
    private final RecordStore records;
    private final Bell bell;
    private volatile long swept;

    FileRecords(
            RecordSession session,
            Surroundings with,
            Settings settings,
            Layout layout,
            Presence presence,
            @Nullable ServerSocketChannel server) {
        this.session = session;
        this.with = with;
        this.settings = settings;
        this.layout = layout;
        this.presence = presence;
        hears = server != null;
        files = new RecordFiles(with.clock(), settings.busyTimeout());
        var floor = new Floor(files, layout.floor(), settings.boot(), settings.start());
        records = new RecordStore(layout, files, floor, settings.boot());
        bell = new Bell(layout.sessions(), session, with.clock(), server);
    }

    void start() throws IOException {
        bell.start();
        Jvm.SESSIONS.put(session.id(), (kind, name) -> {
            if (kind.equals(Jvm.ENDED)) {
                bell.ended(name);
            } else {
                session.rung(new Key(Key.Kind.valueOf(kind), name));
            }
        });
        sweepLater();
    }

    @Override
    public <T> T change(Key key, Function<KeyRecord, T> change) {
        return records.change(key, change);
    }

    @Override
    public Set<Key> groups() {
        return records.groups();
    }

    @Override
    public boolean alive(String id) {
        if (Jvm.owns(id)) {
            return Jvm.SESSIONS.containsKey(id);
        }
        return bell.isLinked(id) || Presence.stands(layout.sessions(), id);
    }

    @Override
    public void ring(String id, Key key) {
        var near = Jvm.SESSIONS.get(id);
        if (near == null) {
            if (!Jvm.owns(id)) {
                Bell.ring(layout.sessions(), id, key);
            }
            return;
        }
        try {
            near.accept(key.kind().name(), key.name());
        } catch (RuntimeException itsOwnAffair) {
            LOG.debug("Session {} could not follow up a change of {}", id, key, itsOwnAffair);
        }
    }

    @Override
    public void attend(Collection<String> ids) {
        bell.attend(ids);
    }

    @Override
    public void verify() {
        presence.verify();
        try {
            if (hears && !Files.exists(presence.bell(), LinkOption.NOFOLLOW_LINKS)) {
                throw new StoreException(
                        StoreException.Reason.SESSION_LOST, "its socket " + presence.bell() + " was removed");
            }
            files.verify();
            presence.touch(with.clock().wallMillis());
        } catch (IOException e) {
            throw RecordFiles.failure(layout.directory(), e);
        }
        if (with.clock().nanoTime() - swept > settings.retireAfter().toNanos()) {
            sweepLater();
        }
    }

    @Override
    public void close() {
        Jvm.SESSIONS.remove(session.id());
        presence.end();
        bell.close();
        files.close();
        Jvm.SESSIONS.values().forEach(other -> other.accept(Jvm.ENDED, session.id()));
    }

    private void sweepLater() {
        swept = with.clock().nanoTime();
        try {
            with.executor().execute(this::sweep);
        } catch (RejectedExecutionException shuttingDown) {
            LOG.trace("Not swept", shuttingDown);
        }
    }

    private void sweep() {
        try {
            Presence.sweep(layout.sessions());
            records.retireIdle(
                    with.clock().wallMillis() - settings.retireAfter().toMillis(), session::prune);
        } catch (IOException | StoreException e) {
            LOG.debug("The sweep of {} was not finished", layout.directory(), e);
        }
    }
}
