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

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An open file.
 *
 * @param path the path it was opened by
 * @param file what it is read and written through
 * @param identity tells it from another file that later gets its path
 */
record OpenFile(Path path, RandomAccessFile file, @Nullable Object identity) {

    /** Whether the path still leads to this file. */
    boolean inPlace() throws IOException {
        try {
            return Objects.equals(identity, attributes(path).fileKey());
        } catch (NoSuchFileException removed) {
            return false;
        }
    }

    /** Removes it. Only under its lock, and after it was marked so that nobody who has it open goes on using it. */
    void remove() throws IOException {
        if (inPlace()) {
            Files.deleteIfExists(path);
        }
    }

    /** Makes its content survive a crash of the machine. Not through the channel, which an interrupt would close. */
    void sync() throws IOException {
        file.getFD().sync();
    }

    static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
