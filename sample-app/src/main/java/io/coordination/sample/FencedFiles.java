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
package io.coordination.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small files that the instances of this machine share, each with the greatest fencing token that wrote it. A writer with a
 * smaller token is refused: it was frozen while somebody else took its place, and does not know yet.
 */
final class FencedFiles {

    /**
     * A file's content.
     *
     * @param token the fencing token of whoever wrote it
     * @param content what was written
     */
    record Fenced<T>(long token, T content) {}

    private record Envelope(long token, JsonNode content) {}

    private static final String SUFFIX = ".json";

    /** A file lock excludes other processes, not other threads of this one. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path directory;
    private final JsonMapper json;

    /**
     * Opens a directory, and creates it for this user alone when it does not exist.
     *
     * @param base a directory of this user's own
     * @param name the directory in it
     * @throws IllegalStateException when the base is somebody else's
     */
    FencedFiles(Path base, String name, JsonMapper json) {
        this.directory = base.resolve(name);
        this.json = json;
        try {
            createPrivate(directory);
            // In a directory such as /tmp anybody could have been there first.
            if (!Files.isDirectory(base, LinkOption.NOFOLLOW_LINKS) || !isMine(base)) {
                throw new IllegalStateException(
                        base + " is not a directory of this user's own; remove it, or set sample.directory");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not create " + directory + "; set sample.directory", failure);
        }
    }

    private static void createPrivate(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    private boolean isMine(Path base) throws IOException {
        var made = Files.createTempFile(directory, "made", null);
        try {
            return Files.getOwner(made).equals(Files.getOwner(base));
        } finally {
            Files.delete(made);
        }
    }

    /**
     * Replaces a file, unless a greater token wrote it.
     *
     * @param name the file's name
     * @param token the fencing token of the lock or leadership under which this is written
     * @param content becomes JSON
     * @return whether it was written; false when the token is out of date
     */
    boolean write(String name, long token, Object content) {
        THREADS.lock();
        try (var processes = FileChannel.open(
                directory.resolve("fence.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            processes.lock();
            var seen = envelope(name);
            if (seen != null && seen.token > token) {
                return false;
            }
            var next = directory.resolve(name + ".next");
            Files.write(next, json.writeValueAsBytes(new Envelope(token, json.valueToTree(content))));
            // Readers take no lock: they see the file before, or the file after.
            Files.move(next, directory.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not write '" + name + "' in " + directory, failure);
        } finally {
            THREADS.unlock();
        }
    }

    /**
     * Reads a file.
     *
     * @return its content, empty when nobody wrote it yet
     */
    <T> Optional<Fenced<T>> read(String name, Class<T> type) {
        try {
            var envelope = envelope(name);
            return envelope == null
                    ? Optional.empty()
                    : Optional.of(new Fenced<>(envelope.token, json.treeToValue(envelope.content, type)));
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not read '" + name + "' in " + directory, failure);
        }
    }

    private @Nullable Envelope envelope(String name) throws IOException {
        try {
            return json.readValue(Files.readAllBytes(directory.resolve(name + SUFFIX)), Envelope.class);
        } catch (NoSuchFileException nobodyWrote) {
            return null;
        }
    }

    /** {@return the names of the files that begin with a prefix} */
    List<String> names(String prefix) {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(prefix) && file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not list " + directory, failure);
        }
    }
}
