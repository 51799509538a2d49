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

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the socket of a session is: beside its file, or where that path is too long for a socket, where the file says. */
final class BellPath {

    static final String SUFFIX = ".bell";

    /** The shortest limit of the systems we know is 104 bytes, with a zero at the end. */
    private static final int MAX_BYTES = 100;

    private BellPath() {}

    /** For a new session. */
    static Path choose(Path sessions, String id) {
        var beside = beside(sessions, id);
        return fits(beside) ? beside : RuntimeDirectory.path().resolve(beside.getFileName());
    }

    /** For a session of another process; fails when its file is gone. */
    static Path of(Path sessions, String id) throws IOException {
        var beside = beside(sessions, id);
        if (fits(beside)) {
            return beside;
        }
        // Not through a channel, which an interrupt would close.
        try (var in = new FileInputStream(sessions.resolve(id).toFile())) {
            var path = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return path.isEmpty() ? beside : Path.of(path);
        }
    }

    static boolean fits(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    private static Path beside(Path sessions, String id) {
        return sessions.resolve(id + SUFFIX);
    }
}
