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
package io.coordination.torture;

import io.coordination.torture.Event.What;
import java.util.List;
import java.util.Set;

/** What was closed leaves nothing in its process. */
final class Remains {

    private static final Set<String> NOTHING = Set.of(Member.KILLED, Worker.NOTHING);

    private Remains() {}

    static List<String> violations(History history, Promises promises) {
        return history.all(What.CLOSED)
                .filter(closed -> !NOTHING.contains(closed.value()))
                .map(Event::line)
                .toList();
    }
}
