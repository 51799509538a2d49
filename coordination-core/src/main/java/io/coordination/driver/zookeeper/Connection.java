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
package io.coordination.driver.zookeeper;

import io.coordination.spi.Clock;
import io.coordination.spi.SessionEvents;

/** What a session stands on: a connection of its own, or one that is shared with the application. */
interface Connection {

    /**
     * Begins a session that hears of all that becomes of the connection.
     *
     * @param settings what was asked for
     * @param member whose session it is
     * @param clock what its validity is counted by
     * @param asked when the connection was asked for
     * @param events where it tells what becomes of it
     */
    ZooKeeperSession begin(Settings settings, String member, Clock clock, long asked, SessionEvents events);

    /**
     * Ends the ZooKeeper session, where it is the member's own.
     *
     * @param cleanUp removes what the member made, where the ZooKeeper session lives on
     */
    void close(Runnable cleanUp);
}
