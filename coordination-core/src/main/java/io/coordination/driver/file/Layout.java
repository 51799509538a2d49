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
import io.coordination.spi.Key;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where everything of a namespace is.
 *
 * @param directory the directory of the namespace
 */
record Layout(Path directory) {

    private static final String DEFAULT_NAMESPACE = "coordination";
    private static final String SESSIONS = "sessions";

    /** The layout of a namespace whose directories exist. */
    static Layout create(Path base, String namespace) throws IOException {
        var name = FileNames.encode(namespace.isEmpty() ? DEFAULT_NAMESPACE : namespace);
        var layout = new Layout(BaseDirectory.subdirectory(base, name));
        BaseDirectory.subdirectory(layout.directory, SESSIONS);
        for (var kind : Key.Kind.values()) {
            BaseDirectory.subdirectory(layout.directory, name(kind));
        }
        return layout;
    }

    Path sessions() {
        return directory.resolve(SESSIONS);
    }

    Path floor() {
        return directory.resolve("floor");
    }

    Path records(Key.Kind kind) {
        return directory.resolve(name(kind));
    }

    Path record(Key key) {
        return records(key.kind()).resolve(FileNames.encode(key.name()));
    }

    private static String name(Key.Kind kind) {
        return switch (kind) {
            case LOCK -> "locks";
            case LEADER -> "leaders";
            case GROUP -> "groups";
        };
    }
}
