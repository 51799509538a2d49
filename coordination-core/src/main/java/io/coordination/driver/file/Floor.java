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

import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The number that no token of a namespace is greater than. A record begins at it, so that tokens go on rising when the record
 * of a name was removed, or lost in a crash of the machine.
 *
 * <p>A file has two numbers. The durable one is synced to the disk before anything up to it is used, and it runs far ahead,
 * so that this is rarely paid. The exact one counts within one boot of the machine only: a file survives the death of every
 * process without being synced.
 */
final class Floor {

    private static final int BLOCK = 1_000;
    private static final int AHEAD = 1_000 * BLOCK;
    private static final int CELL = 512;
    private static final Cells DURABLE = new Cells(0, CELL);
    private static final Cells EXACT = new Cells(2 * CELL, CELL);

    private final RecordFiles files;
    private final Path path;
    private final long boot;
    private final LongSupplier start;

    /**
     * The floor of a namespace.
     *
     * @param boot tells this boot of the machine from others
     * @param start where a new namespace begins
     */
    Floor(RecordFiles files, Path path, long boot, LongSupplier start) {
        this.files = files;
        this.path = path;
        this.boot = boot;
        this.start = start;
    }

    /** No token ever drawn is greater, whatever crashed meanwhile. */
    long read() {
        return files.locked(path, file -> exact(lastExact(file), durable(file)));
    }

    /** Makes sure, before a token is used, that the floor is never again below it; and some more at the same price. */
    long raise(long token) {
        return files.locked(path, file -> {
            var durable = durable(file);
            var last = lastExact(file);
            var raised = Math.max(exact(last, durable), token + BLOCK);
            if (raised > durable) {
                DURABLE.write(file, DURABLE.read(file), number(raised + AHEAD));
                file.sync();
                BaseDirectory.sync(path.getParent());
                BaseDirectory.sync(path.getParent().getParent());
            }
            var exact = ByteBuffer.allocate(2 * Long.BYTES).putLong(boot).putLong(raised);
            EXACT.write(file, last, exact.array());
            return raised;
        });
    }

    private long durable(OpenFile file) throws IOException {
        var stored = DURABLE.read(file);
        if (stored == null) {
            // Not synced: the first token is. Written twice, so that a file with one place alone is known as never
            // used.
            DURABLE.write(file, null, number(start.getAsLong()));
            stored = Objects.requireNonNull(DURABLE.read(file));
            DURABLE.write(file, stored, stored.bytes());
        }
        return ByteBuffer.wrap(stored.bytes()).getLong();
    }

    private long exact(Cells.@Nullable Content last, long durable) {
        if (last == null) {
            return durable;
        }
        var in = ByteBuffer.wrap(last.bytes());
        return in.getLong() == boot ? in.getLong() : durable;
    }

    private static Cells.@Nullable Content lastExact(OpenFile file) throws IOException {
        try {
            return EXACT.read(file);
        } catch (StoreException afterCrashOfTheMachine) {
            return null;
        }
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
