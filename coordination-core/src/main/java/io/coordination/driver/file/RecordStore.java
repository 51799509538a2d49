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

import io.coordination.driver.support.FileNames;
import io.coordination.driver.support.KeyRecord;
import io.coordination.spi.Key;
import io.coordination.spi.Names;
import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The records of a namespace, one file each. */
final class RecordStore {

    private static final Cells CELLS = new Cells(0, 2048);
    private static final int MAX_PATHS = 1_000;

    private final Layout layout;
    private final RecordFiles files;
    private final Floor floor;
    private final long boot;
    private final Map<Key, Path> paths = new ConcurrentHashMap<>();

    RecordStore(Layout layout, RecordFiles files, Floor floor, long boot) {
        this.layout = layout;
        this.files = files;
        this.floor = floor;
        this.boot = boot;
    }

    <T> T change(Key key, Function<KeyRecord, T> change) {
        return files.locked(path(key), file -> {
            var last = CELLS.read(file);
            var stored = last == null ? fresh(key.name()) : RecordFormat.decode(last.bytes(), file.path());
            if (stored.retired()) {
                file.remove();
                return null;
            }
            if (!stored.name().equals(key.name())) {
                throw new StoreException(
                        StoreException.Reason.FOREIGN_DATA,
                        file.path() + " belongs to the name '" + Names.excerpt(stored.name()) + "'");
            }
            var known = last != null;
            try {
                var current = stored.boot() == boot ? stored : afterReboot(stored);
                var record = current.record();
                var existed = record.exists();
                var result = change.apply(record);
                if (record.takeChanged()) {
                    CELLS.write(file, last, secured(current).encode());
                    known = true;
                    if (record.exists() != existed) {
                        file.sync();
                        BaseDirectory.sync(file.path().getParent());
                    }
                }
                return result;
            } finally {
                if (!known) {
                    retire(file, null);
                }
            }
        });
    }

    Set<Key> groups() {
        var groups = new HashSet<Key>();
        forEachFile(Key.Kind.GROUP, file -> key(Key.Kind.GROUP, file).ifPresent(groups::add));
        return groups;
    }

    /**
     * Removes the files of records that have nothing to tell but their token, which the floor remembers.
     *
     * @param before those last written before this time, in milliseconds since the epoch
     * @param prune frees what dead sessions left on a key
     */
    void retireIdle(long before, Consumer<Key> prune) {
        for (var kind : Key.Kind.values()) {
            forEachFile(kind, path -> {
                if (OpenFile.attributes(path).lastModifiedTime().toMillis() < before) {
                    key(kind, path).ifPresent(prune);
                    files.ifFree(path, this::retireIfBlank);
                }
            });
        }
    }

    private boolean retireIfBlank(OpenFile file) throws IOException {
        var last = CELLS.read(file);
        var stored = last == null ? null : RecordFormat.decode(last.bytes(), file.path());
        if (stored == null || stored.record().isBlank()) {
            retire(file, last);
            return false;
        }
        return true;
    }

    /** Whoever has the file open already, and gets its lock after this, finds the mark and opens the path anew. */
    private void retire(OpenFile file, Cells.@Nullable Content last) throws IOException {
        CELLS.write(file, last, new RecordFormat("", boot, 0, true, new KeyRecord(0)).encode());
        file.remove();
    }

    private RecordFormat fresh(String name) {
        var start = floor.read();
        return new RecordFormat(name, boot, start, false, new KeyRecord(start));
    }

    /** What the last boot's tokens were is not certain, but none was greater than the floor. */
    private RecordFormat afterReboot(RecordFormat stored) {
        var start = Math.max(floor.read(), stored.limit());
        var was = stored.record();
        var record = new KeyRecord(start, was.exists(), was.line(), was.seats(), was.watchers()).marked(was.mark());
        return new RecordFormat(stored.name(), boot, start, false, record);
    }

    /** The floor is above a token before anybody gets to know it. */
    private RecordFormat secured(RecordFormat stored) {
        var token = stored.record().token();
        return token <= stored.limit()
                ? stored
                : new RecordFormat(stored.name(), boot, floor.raise(token), false, stored.record());
    }

    private Path path(Key key) {
        var known = paths.get(key);
        if (known != null) {
            return known;
        }
        if (paths.size() >= MAX_PATHS) {
            paths.clear();
        }
        var path = layout.record(key);
        paths.put(key, path);
        return path;
    }

    private Optional<Key> key(Key.Kind kind, Path path) {
        var file = String.valueOf(path.getFileName());
        var name = FileNames.decode(file);
        // A shortened name is in the file only.
        return (name.isPresent() ? name : storedName(path)).map(found -> new Key(kind, found));
    }

    private Optional<String> storedName(Path path) {
        return files.locked(path, file -> {
            var last = CELLS.read(file);
            var stored = last == null ? null : RecordFormat.decode(last.bytes(), path);
            if (stored == null || stored.retired()) {
                retire(file, last);
                return Optional.empty();
            }
            return Optional.of(stored.name());
        });
    }

    private interface FileAction {
        void on(Path file) throws IOException;
    }

    private void forEachFile(Key.Kind kind, FileAction action) {
        var directory = layout.records(kind);
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                try {
                    action.on(file);
                } catch (NoSuchFileException retiredMeanwhile) {
                    // It has nothing to tell.
                }
            }
        } catch (IOException e) {
            throw RecordFiles.failure(directory, e);
        }
    }
}
