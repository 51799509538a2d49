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
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A session that stands: a file that this process holds locked for as long as it lives, and whose text is the path of the
 * session's bell. The kernel frees the lock when the process dies, however it dies. No file is ever used for a second
 * session, so whoever gets a lock on one knows that its session is over for good.
 */
final class Presence {

    private static final Set<StandardOpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    /** Closing one of these would free a lock of this process. */
    private static final Queue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    private final String id;
    private final Path path;
    private final Path bell;
    private final FileChannel channel;
    private final @Nullable Object identity;

    private Presence(String id, Path path, Path bell, FileChannel channel, @Nullable Object identity) {
        this.id = id;
        this.path = path;
        this.bell = bell;
        this.channel = channel;
        this.identity = identity;
    }

    /** Begins a session. Nobody knows its id yet, but a sweep may take its file for a dead one until it is locked. */
    static Presence begin(Path sessions) throws IOException {
        while (true) {
            var id = Jvm.newSessionId();
            var path = sessions.resolve(id);
            var channel = FileChannel.open(path, CREATE, BaseDirectory.privateFile(path));
            try {
                if (channel.tryLock() != null) {
                    var identity = OpenFile.attributes(path).fileKey();
                    var bell = BellPath.choose(sessions, id);
                    channel.write(ByteBuffer.wrap(bell.toString().getBytes(StandardCharsets.UTF_8)));
                    return new Presence(id, path, bell, channel, identity);
                }
                channel.close();
            } catch (NoSuchFileException swept) {
                channel.close();
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
    }

    /** Whether a session of another process stands. What is left of one that does not is removed. */
    static boolean stands(Path sessions, String id) {
        var path = sessions.resolve(id);
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException over) {
            return false;
        } catch (IOException unknown) {
            return true;
        }
        var ours = false;
        try {
            // A byte of one's own: threads of this process that look at the same time must not refuse one another.
            if (channel.tryLock(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE - 1), 1, true) == null) {
                return true;
            }
            Files.deleteIfExists(BellPath.of(sessions, id));
            Files.deleteIfExists(path);
            return false;
        } catch (OverlappingFileLockException e) {
            ours = true;
            NEVER_CLOSED.add(channel);
            return true;
        } catch (IOException unknown) {
            return true;
        } finally {
            if (!ours) {
                closeQuietly(channel);
            }
        }
    }

    /** Removes what sessions left that were killed. */
    static void sweep(Path sessions) throws IOException {
        try (var files = Files.newDirectoryStream(sessions)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                if (!Jvm.owns(name) && !name.endsWith(BellPath.SUFFIX)) {
                    stands(sessions, name);
                }
            }
        }
    }

    String id() {
        return id;
    }

    /** Where the session's socket is, or would be. */
    Path bell() {
        return bell;
    }

    /** Makes sure that the session still stands for the others. */
    void verify() {
        try {
            if (Objects.equals(identity, OpenFile.attributes(path).fileKey())) {
                return;
            }
        } catch (NoSuchFileException removed) {
            // As if another one were in its place.
        } catch (IOException e) {
            throw RecordFiles.failure(path, e);
        }
        throw new StoreException(
                StoreException.Reason.SESSION_LOST, "its file " + path + " was removed, or its whole directory");
    }

    /** Keeps cleaners of old temporary files away from it. */
    void touch(long wallMillis) {
        // Not by Files.setLastModifiedTime: it opens and closes the file, which frees the lock.
        path.toFile().setLastModified(wallMillis);
    }

    /** Ends the session. */
    void end() {
        try {
            Files.deleteIfExists(path);
            Files.deleteIfExists(bell);
        } catch (IOException leftBehind) {
            // Whoever meets the unlocked file removes both.
        } finally {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written through it.
        }
    }
}
