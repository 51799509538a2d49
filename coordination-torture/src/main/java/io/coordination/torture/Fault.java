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

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Something that goes wrong for a while, and is well again when {@link Blow#strike} returns.
 *
 * @param name what the history and the report call it
 * @param blow what happens
 */
record Fault(String name, Blow blow) {

    /** What happens. */
    interface Blow {

        void strike(Run run, SplittableRandom random) throws IOException, InterruptedException;
    }

    /** One that befalls a member chosen at random. */
    static Fault ofMember(String name, MemberBlow blow) {
        return new Fault(name, (run, random) -> {
            var victim = run.members().get(random.nextInt(run.members().size()));
            run.during(
                    name,
                    victim.id(),
                    () -> blow.strike(victim, run.store().lease().toMillis()));
        });
    }

    /** One that befalls a member. */
    interface MemberBlow {

        void strike(Member victim, long lease) throws IOException, InterruptedException;
    }

    /** One that befalls the servers. */
    static Fault ofServer(String name, ServerBlow blow) {
        return new Fault(
                name,
                (run, random) -> run.during(
                        name, SERVER, () -> blow.strike(run.store().lease().toMillis())));
    }

    /** One that befalls the servers. */
    interface ServerBlow {

        void strike(long lease) throws IOException, InterruptedException;
    }

    /** What the history calls the victim of a fault of the store. */
    static final String SERVER = "server";
}
