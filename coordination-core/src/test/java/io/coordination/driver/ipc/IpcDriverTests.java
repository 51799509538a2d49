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
package io.coordination.driver.ipc;

import io.coordination.contract.Backend;
import io.coordination.contract.DriverContract;
import io.coordination.contract.LocalBackend;
import io.coordination.driver.file.RuntimeDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.UUID;

/** The store for the processes of one host passes the contract. */
class IpcDriverTests extends DriverContract {

    @Override
    protected Backend backend() {
        var name = "test-" + UUID.randomUUID();
        return new LocalBackend(new IpcDriver(), "ipc://" + name, () -> remove(name));
    }

    private static void remove(String name) {
        try (var all = Files.walk(RuntimeDirectory.open().resolve(name))) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (NoSuchFileException neverOpened) {
            // There is nothing to remove.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
