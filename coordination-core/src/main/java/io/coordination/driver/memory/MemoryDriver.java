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
package io.coordination.driver.memory;

import io.coordination.spi.Characteristic;
import io.coordination.spi.Driver;
import io.coordination.spi.Options;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@code memory://name}: all coordinators of one Java process that use the same name and namespace meet. */
public final class MemoryDriver implements Driver {

    /** A name that was used once is kept: its tokens go on rising, and a planned firing is not run again. */
    private static final Map<String, MemoryStore> STORES = new ConcurrentHashMap<>();

    private static final Traits TRAITS = new Traits(
            Set.of(
                    Characteristic.NON_TIMEOUT_BASED,
                    Characteristic.DISTRIBUTED_ACROSS_THREADS,
                    Characteristic.LINEARIZABLE,
                    Characteristic.SEQUENTIAL,
                    Characteristic.CAUSAL,
                    Characteristic.SERIALIZABLE,
                    Characteristic.SAME_VIEW_UNDER_PARTITIONS,
                    Characteristic.SAME_VIEW_ACROSS_CLIENTS,
                    Characteristic.FENCING,
                    Characteristic.NOTIFIES,
                    Characteristic.FAIR),
            Session.FOREVER,
            Duration.ZERO,
            TokenDurability.VOLATILE);

    /** For the service loader. */
    public MemoryDriver() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory", "zake");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        Options.of(target.url(), Set.of());
        if (target.tls() != null) {
            throw new StoreException(
                    StoreException.Reason.BAD_OPTION, "memory:// has no connection to secure with TLS");
        }
        var name = target.url().hosts().isEmpty()
                ? ""
                : target.url().hosts().get(0).name();
        var store = STORES.computeIfAbsent(
                target.namespace().length() + ":" + target.namespace() + name
                        + target.url().path(),
                unused -> new MemoryStore(with.clock().wallMillis() * 1000));
        return store.open(target.memberId(), TRAITS, with.clock(), events);
    }
}
