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

import io.coordination.contract.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A store of one run, and what can befall its servers. */
interface Store extends AutoCloseable {

    /** A lease that this machine is quick enough for; {@code -Dtorture.slowness=2} doubles all of them. */
    static Duration seconds(int seconds) {
        return Duration.ofSeconds((long) seconds * Integer.getInteger("torture.slowness", 1));
    }

    /** By which reports and directories know it. */
    String name();

    /** New lines to its servers for one member. */
    default List<FaultProxy> lines() throws IOException {
        return List.of();
    }

    /** Whether there is anything between members and servers. */
    default boolean hasLines() {
        return true;
    }

    /** Its URL over the lines of a member. */
    String url(List<FaultProxy> lines);

    /** The session timeout to ask for. */
    Duration lease();

    /** The members' poll interval. */
    default Duration poll() {
        return Duration.ofMillis(250);
    }

    /** For how long a dead member is waited for at most: the lease where there is one. */
    default Duration expiry() {
        return lease();
    }

    /** For how long two may believe where the store ends a session by itself, for which it has tokens. */
    default Duration overlap() {
        return Duration.ZERO;
    }

    /** What befalls its servers, each of which ends with all servers up. */
    List<Fault> faults();

    @Override
    void close();
}
