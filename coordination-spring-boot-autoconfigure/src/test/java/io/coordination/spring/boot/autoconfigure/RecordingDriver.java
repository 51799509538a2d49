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
package io.coordination.spring.boot.autoconfigure;

import io.coordination.driver.memory.MemoryDriver;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps what a session was opened on, and opens it in memory. */
final class RecordingDriver implements Driver, CoordinatorBuilderCustomizer {

    private final AtomicReference<Target> target = new AtomicReference<>();

    Target target() {
        return target.get();
    }

    @Override
    public void customize(io.coordination.CoordinatorBuilder builder) {
        builder.driver(this);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("recording");
    }

    @Override
    public Session open(Target asked, Surroundings with, SessionEvents events) {
        target.set(asked);
        var inMemory = new Target(
                io.coordination.spi.StoreUrl.parse("memory://recording"),
                asked.memberId(),
                asked.namespace(),
                asked.lease(),
                null);
        return new MemoryDriver().open(inMemory, with, events);
    }
}
