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
import io.coordination.spi.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The atomic step on a file: this process excludes its own threads, the kernel excludes the other processes. The files used
 * last stay open. Plain files rather than channels are read and written, because an interrupt closes a channel, and with it
 * goes the lock in the middle of a step.
 */
final class RecordFiles {

    private static final int MAX_OPEN = 64;
    private static final long SHORTEST_PAUSE = 10_000;
    private static final int PAUSE_DOUBLES = 7;

    private final Clock clock;
    private final Duration patience;

    private final ReentrantLock latch = new ReentrantLock();
    private final LinkedHashMap<Path, OpenFile> open = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);
    private boolean closed;

    RecordFiles(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /** What is done with a locked file. */
    @FunctionalInterface
    interface Step<T> {

        /** Returns null when the file turned out to be on its way out: its path is then opened anew. */
        @Nullable
        T on(OpenFile file) throws IOException;
    }

    /** Runs a step while nobody else, in this or another process, runs one on the same file. */
    <T> T locked(Path path, Step<T> step) {
        var gate = Jvm.gate(path);
        var begun = clock.nanoTime();
        var interrupted = false;
        try {
            for (var attempt = 0; ; attempt++) {
                gate.lock();
                try {
                    var result = tryLocked(path, step);
                    if (result != null) {
                        return result;
                    }
                } finally {
                    gate.unlock();
                }
                if (clock.nanoTime() - begun > patience.toNanos()) {
                    throw new StoreException(
                            StoreException.Reason.TIMED_OUT,
                            "another process has held the lock of the file " + path + " for " + patience.toMillis()
                                    + " ms and does not move: is it stopped, or its disk too slow?");
                }
                // A pending interrupt would turn the pauses into a busy loop.
                interrupted |= Thread.interrupted();
                var pause = SHORTEST_PAUSE << Math.min(attempt, PAUSE_DOUBLES);
                clock.park(pause + ThreadLocalRandom.current().nextLong(pause));
            }
        } catch (IOException e) {
            throw failure(path, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #locked}, but does nothing when the file is in use. For what can as well be done later. */
    void ifFree(Path path, Step<?> step) throws IOException {
        var gate = Jvm.gate(path);
        if (gate.tryLock()) {
            try {
                tryLocked(path, step);
            } finally {
                gate.unlock();
            }
        }
    }

    private <T> @Nullable T tryLocked(Path path, Step<T> step) throws IOException {
        var file = open(path);
        var usable = false;
        try (var lock = file.file().getChannel().tryLock()) {
            if (lock == null) {
                usable = true;
                return null;
            }
            var result = step.on(file);
            usable = result != null;
            return result;
        } catch (StoreException answer) {
            usable = true;
            throw answer;
        } catch (OverlappingFileLockException lockedByAnotherName) {
            usable = true;
            return null;
        } finally {
            if (!usable) {
                forget(file);
            }
        }
    }

    /** Lets go of files whose paths lead elsewhere by now, because somebody removed or replaced them. */
    void verify() throws IOException {
        for (var file : snapshot()) {
            var gate = Jvm.gate(file.path());
            if (gate.tryLock()) {
                try {
                    if (!file.inPlace()) {
                        forget(file);
                    }
                } finally {
                    gate.unlock();
                }
            }
        }
    }

    void close() {
        latch.lock();
        try {
            closed = true;
        } finally {
            latch.unlock();
        }
        for (var file : snapshot()) {
            var gate = Jvm.gate(file.path());
            gate.lock();
            try {
                forget(file);
            } catch (IOException gone) {
                // Nothing was buffered.
            } finally {
                gate.unlock();
            }
        }
    }

    private OpenFile open(Path path) throws IOException {
        latch.lock();
        try {
            var known = open.get(path);
            if (known != null) {
                return known;
            }
        } finally {
            latch.unlock();
        }
        var attributes = attributesOfExisting(path);
        if (!attributes.isRegularFile()) {
            throw new StoreException(
                    StoreException.Reason.REFUSED, path + " is not a regular file; remove it from the store");
        }
        var file = new OpenFile(path, new RandomAccessFile(path.toFile(), "rw"), attributes.fileKey());
        keep(file);
        return file;
    }

    private static BasicFileAttributes attributesOfExisting(Path path) throws IOException {
        while (true) {
            try {
                return OpenFile.attributes(path);
            } catch (NoSuchFileException missing) {
                try {
                    Files.createFile(path, BaseDirectory.privateFile(path));
                } catch (FileAlreadyExistsException another) {
                    // As good as one's own, unless it is on its way out already.
                }
            }
        }
    }

    private void keep(OpenFile file) throws IOException {
        var refused = false;
        latch.lock();
        try {
            refused = closed;
            if (!refused) {
                open.put(file.path(), file);
            }
        } finally {
            latch.unlock();
        }
        if (refused) {
            file.file().close();
            throw new StoreException(StoreException.Reason.SESSION_LOST, "the session is over");
        }
        var surplus = snapshot();
        for (var eldest : surplus.subList(0, Math.max(0, surplus.size() - MAX_OPEN))) {
            var gate = Jvm.gate(eldest.path());
            // A step of this very thread may still need it.
            if (!gate.isHeldByCurrentThread() && gate.tryLock()) {
                try {
                    forget(eldest);
                } finally {
                    gate.unlock();
                }
            }
        }
    }

    /** Closes a file, under its gate. */
    private void forget(OpenFile file) throws IOException {
        latch.lock();
        try {
            open.remove(file.path(), file);
        } finally {
            latch.unlock();
        }
        file.file().close();
    }

    private List<OpenFile> snapshot() {
        latch.lock();
        try {
            return new ArrayList<>(open.values());
        } finally {
            latch.unlock();
        }
    }

    static StoreException failure(Path path, IOException cause) {
        if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
            return new StoreException(
                    StoreException.Reason.UNREACHABLE, path + " can not be opened; was its directory removed?", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new StoreException(StoreException.Reason.REFUSED, "no permission for " + path, cause);
        }
        return new StoreException(
                StoreException.Reason.UNREACHABLE,
                "input or output failed on " + path + ": " + cause.getMessage(),
                cause);
    }
}
