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

import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Traits;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions on a directory. */
final class FileSessions {

    private static final Logger LOG = LoggerFactory.getLogger(FileSessions.class);

    private static final Set<Characteristic> PROMISES = EnumSet.of(
            Characteristic.NON_TIMEOUT_BASED,
            Characteristic.DISTRIBUTED_ACROSS_THREADS,
            Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
            Characteristic.LINEARIZABLE,
            Characteristic.SEQUENTIAL,
            Characteristic.CAUSAL,
            Characteristic.SERIALIZABLE,
            Characteristic.SAME_VIEW_UNDER_PARTITIONS,
            Characteristic.SAME_VIEW_ACROSS_CLIENTS,
            Characteristic.FENCING,
            Characteristic.NOTIFIES,
            Characteristic.FAIR);

    private FileSessions() {}

    static Session open(
            Path base, String namespace, String member, Settings settings, Surroundings with, SessionEvents events) {
        try {
            var layout = Layout.create(base, namespace);
            var presence = Presence.begin(layout.sessions());
            ServerSocketChannel server = null;
            try {
                server = listen(presence.bell(), layout);
                var bell = server;
                var records = new AtomicReference<FileRecords>();
                var session = new RecordSession(
                        presence.id(), member, traits(settings, server != null), with.clock(), events, opened -> {
                            records.set(new FileRecords(opened, with, settings, layout, presence, bell));
                            return records.get();
                        });
                records.get().start();
                return session;
            } catch (IOException | RuntimeException | Error e) {
                presence.end();
                if (server != null) {
                    server.close();
                }
                throw e;
            }
        } catch (IOException e) {
            throw RecordFiles.failure(base, e);
        }
    }

    private static Traits traits(Settings settings, boolean notifies) {
        var promises = EnumSet.copyOf(PROMISES);
        if (!notifies) {
            promises.remove(Characteristic.NOTIFIES);
        }
        return new Traits(promises, Session.FOREVER, Duration.ZERO, settings.tokens());
    }

    private static @Nullable ServerSocketChannel listen(Path path, Layout layout) {
        try {
            if (!path.startsWith(layout.sessions())) {
                RuntimeDirectory.open();
            }
            return Bell.listen(path);
        } catch (IOException | UnsupportedOperationException | StoreException e) {
            LOG.warn(
                    "No Unix domain socket can be made at {}, so nothing tells of changes and ends of other processes:"
                            + " they are looked for several times a second ({})",
                    path,
                    e.getMessage());
            return null;
        }
    }
}
