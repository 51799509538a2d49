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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the directory of a user is. */
class RuntimeDirectoryTests {

    @TempDir
    Path directory;

    @Test
    void runtimeDirectoryOfTheUserIsPreferred() {
        assertThat(path(directory.toString(), "me")).isEqualTo(directory.resolve("coordination"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "relative/path", "/no/such/directory"})
    void directoryForTemporaryFilesIsTheNextBest(String runtime) {
        assertThat(path(runtime, "me")).isEqualTo(Path.of("/tmp/coordination-me"));
    }

    @Test
    void runtimeDirectoryOfAnotherUserIsNotUsed() throws IOException {
        assumeThat(Files.getAttribute(directory, "unix:uid"))
                .as("only root can give files away")
                .isEqualTo(0);
        var theirs = Files.createDirectory(directory.resolve("theirs"));
        Files.setAttribute(theirs, "unix:uid", 12345);
        assertThat(path(theirs.toString(), "me")).isEqualTo(Path.of("/tmp/coordination-me"));
    }

    @Test
    void nameOfTheUserIsNoPath() {
        assertThat(path("", "../root").getParent()).isEqualTo(Path.of("/tmp"));
        assertThat(path("", "")).isEqualTo(Path.of("/tmp/coordination-unknown"));
    }

    private static Path path(String runtime, String user) {
        return RuntimeDirectory.path(Map.of("XDG_RUNTIME_DIR", runtime), "/tmp", user);
    }
}
