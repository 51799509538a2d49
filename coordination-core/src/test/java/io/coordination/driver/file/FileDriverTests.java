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

import io.coordination.contract.Backend;
import io.coordination.contract.DriverContract;
import io.coordination.contract.LocalBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The store in files passes the contract. */
class FileDriverTests extends DriverContract {

    @TempDir
    Path directory;

    @Override
    protected Backend backend() throws IOException {
        var base = Files.createTempDirectory(directory, "store");
        return new LocalBackend(new FileDriver(), "file://" + base, () -> {}, () -> files(base));
    }

    private static Map<String, Long> files(Path base) {
        try (var all = Files.walk(base)) {
            return Map.of("files", all.count());
        } catch (IOException | UncheckedIOException oneWentMeanwhile) {
            return files(base);
        }
    }
}
