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

import io.coordination.spi.Driver;
import io.coordination.spi.Options;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;

/** {@code file:///absolute/directory}: all processes of this host and user that name the same directory meet. */
public final class FileDriver implements Driver {

    private static final String ALLOW_NETWORK_FS = "allow-network-fs";
    private static final String BUSY_TIMEOUT = "busy-timeout";
    private static final String RETIRE_AFTER = "retire-after";
    private static final Set<String> OPTIONS = Set.of(ALLOW_NETWORK_FS, BUSY_TIMEOUT, RETIRE_AFTER);

    private static final Duration DEFAULT_BUSY_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DEFAULT_RETIRE_AFTER = Duration.ofHours(1);

    /** For the service loader. */
    public FileDriver() {}

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        var url = target.url();
        if (!url.hosts().isEmpty()) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    "a file URL has no host; write the absolute path of a directory after three slashes, as in"
                            + " file:///var/lib/my-app/coordination");
        }
        if (url.path().chars().allMatch(c -> c == '/')) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    "the URL names no directory of its own; write an absolute path, as in"
                            + " file:///var/lib/my-app/coordination");
        }
        return open(Path.of(url.path()), TokenDurability.DURABLE, () -> 0, target, with, events);
    }

    /**
     * Opens a session on a directory, for drivers that only choose the directory.
     *
     * @param directory the directory, checked here and created when it is missing
     * @param tokens what the tokens' order survives
     * @param start above which number the tokens of a new namespace begin
     * @param target for whom, and the options; not where
     * @param with as for {@link Driver#open}
     * @param events as for {@link Driver#open}
     * @return a live session
     */
    public static Session open(
            Path directory,
            TokenDurability tokens,
            LongSupplier start,
            Target target,
            Surroundings with,
            SessionEvents events) {
        var options = Options.of(target.url(), OPTIONS);
        var settings = new Settings(
                options.duration(BUSY_TIMEOUT, DEFAULT_BUSY_TIMEOUT),
                options.duration(RETIRE_AFTER, DEFAULT_RETIRE_AFTER),
                BootId.current(),
                start,
                tokens);
        var shared = options.flag(ALLOW_NETWORK_FS, false);
        if (target.tls() != null) {
            throw new StoreException(
                    StoreException.Reason.BAD_OPTION,
                    target.url().scheme() + ":// has no connection to secure with TLS");
        }
        var base = BaseDirectory.check(directory, shared);
        return FileSessions.open(base, target.namespace(), target.memberId(), settings, with, events);
    }
}
