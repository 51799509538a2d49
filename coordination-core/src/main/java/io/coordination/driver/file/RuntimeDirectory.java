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
import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directory for what lives no longer than the machine runs and belongs to one user. */
public final class RuntimeDirectory {

    private RuntimeDirectory() {}

    /**
     * Opens the directory of this process's user: {@code coordination} below {@code $XDG_RUNTIME_DIR} where that is the
     * user's, else {@code coordination-<user>} below the directory for temporary files. Creates it when it is missing.
     *
     * @return its real path
     * @throws StoreException {@code REFUSED} when somebody else made it, or can write to it
     */
    public static Path open() {
        // What kind of file system it is on concerns only those who lock files there.
        return BaseDirectory.check(path(), true);
    }

    static Path path() {
        return path(System.getenv(), System.getProperty("java.io.tmpdir"), System.getProperty("user.name"));
    }

    static Path path(Map<String, String> environment, String temporary, @Nullable String user) {
        var runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isBlank()) {
            var directory = Path.of(runtime);
            if (directory.isAbsolute() && isOurs(directory)) {
                return directory.resolve("coordination");
            }
        }
        return Path.of(temporary)
                .toAbsolutePath()
                .resolve("coordination-" + FileNames.encode(user == null || user.isBlank() ? "unknown" : user));
    }

    /** A change of user, as by sudo, often leaves the variable of the other one. */
    private static boolean isOurs(Path directory) {
        try {
            return Files.isDirectory(directory) && Files.getOwner(directory).equals(BaseDirectory.user());
        } catch (IOException e) {
            return false;
        }
    }
}
