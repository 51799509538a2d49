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
package io.coordination.sim;

import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.util.Set;

/** Opens sessions of one process on the simulated store. */
final class SimDriver implements Driver {

    private final SimProcess process;
    private final SimServer server;
    private final SimNetwork network;
    private final Coverage coverage;
    private final Laws laws;
    private int sessions;

    SimDriver(SimProcess process, SimServer server, SimNetwork network, Coverage coverage, Laws laws) {
        this.process = process;
        this.server = server;
        this.network = network;
        this.coverage = coverage;
        this.laws = laws;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("sim");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        var id = target.memberId() + "@" + process + "." + ++sessions;
        var line = new SimLine(process, server, network, coverage, id);
        return SimSession.open(line, target, events, laws);
    }
}
