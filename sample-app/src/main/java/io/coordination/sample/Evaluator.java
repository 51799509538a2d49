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

import io.coordination.Member;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A member of the group as its capabilities describe it. They may be anything: another version, another language, or a member
 * that means no good; what is not as expected is left out.
 *
 * @param id the member's id
 * @param port where its page is
 * @param pid its process
 * @param weight its share of the work
 * @param startedAt when its process started
 * @param firing the alarms that fire
 * @param unknown the alarms for which there is nothing to read
 */
record Evaluator(
        String id,
        @Nullable Integer port,
        @Nullable Long pid,
        int weight,
        @Nullable Instant startedAt,
        Set<String> firing,
        Set<String> unknown) {

    static Evaluator of(Member member, Set<String> alarms) {
        var said = member.capabilities();
        return new Evaluator(
                member.id(),
                said.get("port") instanceof Number port && port.longValue() > 0 && port.longValue() < 65_536
                        ? port.intValue()
                        : null,
                said.get("pid") instanceof Number pid ? pid.longValue() : null,
                member.weight(),
                instant(said.get("started-at")),
                known(said.get("firing"), alarms),
                known(said.get("unknown"), alarms));
    }

    Map<String, Object> capabilities() {
        var capabilities = new HashMap<String, Object>();
        capabilities.put("weight", weight);
        if (port != null) {
            capabilities.put("port", port);
        }
        if (pid != null) {
            capabilities.put("pid", pid);
        }
        if (startedAt != null) {
            capabilities.put("started-at", startedAt.toString());
        }
        capabilities.put("firing", List.copyOf(firing));
        capabilities.put("unknown", List.copyOf(unknown));
        return capabilities;
    }

    private static @Nullable Instant instant(@Nullable Object said) {
        try {
            return said instanceof String text ? Instant.parse(text) : null;
        } catch (DateTimeParseException wrong) {
            return null;
        }
    }

    private static Set<String> known(@Nullable Object said, Set<String> alarms) {
        return said instanceof Collection<?> ids
                ? alarms.stream().filter(Set.copyOf(ids)::contains).collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }
}
