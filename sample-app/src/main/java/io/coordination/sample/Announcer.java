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
package io.coordination.sample;

import io.coordination.Coordinator;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells the other evaluators about this one, through its capabilities in the group. */
@Component
final class Announcer {

    private static final Instant STARTED_AT =
            Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());

    private final Coordinator coordinator;
    private final int weight;
    private volatile @Nullable Integer port;
    private @Nullable Evaluator announced;

    Announcer(Coordinator coordinator, @Value("${coordination.capabilities.weight:1}") int weight) {
        this.coordinator = coordinator;
        this.weight = weight;
    }

    @EventListener
    void listens(WebServerInitializedEvent event) {
        port = event.getWebServer().getPort();
    }

    /** Announces what changed; writes to the store only then. */
    void announce(Set<String> firing, Set<String> unknown) {
        var group = coordinator.group(SampleApplication.GROUP);
        var now = new Evaluator(
                coordinator.memberId(), port, ProcessHandle.current().pid(), weight, STARTED_AT, firing, unknown);
        if (group.isJoined() && !now.equals(announced)) {
            group.update(now.capabilities());
            announced = now;
        }
    }
}
