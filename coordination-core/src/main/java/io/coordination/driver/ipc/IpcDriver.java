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

import io.coordination.driver.file.FileDriver;
import io.coordination.driver.file.RuntimeDirectory;
import io.coordination.driver.support.FileNames;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import java.util.Set;

/**
 * {@code ipc://} or {@code ipc://name}: all processes of this host and user that use the same name meet, in a directory that
 * lives no longer than the machine runs.
 */
public final class IpcDriver implements Driver {

    private static final String DEFAULT_NAME = "default";

    /** For the service loader. */
    public IpcDriver() {}

    @Override
    public Set<String> schemes() {
        return Set.of("ipc");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        var url = target.url();
        if (url.username().isPresent() || url.hosts().size() > 1 || !url.path().isEmpty()) {
            throw bad();
        }
        var name = DEFAULT_NAME;
        if (!url.hosts().isEmpty()) {
            name = url.hosts().get(0).name();
            if (url.hosts().get(0).port() >= 0) {
                throw bad();
            }
        }
        // The directory may vanish at a reboot, and with it the count of the tokens; the time of day hardly goes back.
        return FileDriver.open(
                RuntimeDirectory.open().resolve(FileNames.encode(name)),
                TokenDurability.VOLATILE,
                () -> with.clock().wallMillis() * 1000,
                target,
                with,
                events);
    }

    private static StoreException bad() {
        return new StoreException(
                StoreException.Reason.BAD_URL,
                "an ipc URL has at most a name; write ipc:// or ipc://name, or file:///directory for a directory");
    }
}
