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

import java.time.Duration;
import java.util.List;

/** A store without a server or a line to it, where what a process holds ends with the process. */
abstract class HostStore implements Store {

    @Override
    public final boolean hasLines() {
        return false;
    }

    /** Only what members take for their measure. */
    @Override
    public final Duration lease() {
        return Store.seconds(2);
    }

    @Override
    public final Duration expiry() {
        return Duration.ZERO;
    }

    @Override
    public List<Fault> faults() {
        return List.of();
    }
}
