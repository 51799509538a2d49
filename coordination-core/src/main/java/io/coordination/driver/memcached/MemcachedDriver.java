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
package io.coordination.driver.memcached;

import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.util.Set;

/**
 * {@code memcached://host:11211}: one memcached server, 1.4.8 or newer. For efficiency only: the server may forget a lock at
 * any time, so it promises neither {@code FENCING} nor {@code LINEARIZABLE}. Tokens rise for as long as the server lives, and
 * usually beyond.
 *
 * <p>Options: {@code timeout} (the session's time, default is the coordinator's, rounded up to whole seconds) and
 * {@code namespace} (default is the coordinator's, and {@code coordination} where it has none). Needs
 * {@code com.amazonaws:elasticache-java-cluster-client} on the class path, which speaks to any memcached server.
 */
public final class MemcachedDriver implements Driver {

    /** For the service loader: every session has a connection of its own. */
    public MemcachedDriver() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memcached");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        try {
            return MemcachedSessions.open(target, with, events);
        } catch (NoClassDefFoundError missing) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    "memcached:// needs com.amazonaws:elasticache-java-cluster-client on the class path; add that jar",
                    missing);
        }
    }
}
