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
package io.coordination.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers of tests. Not those that the system lends to clients: between two runs of a server a connection of
 * anybody could be given its port.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int LAST = 32_000;

    private Ports() {}

    /** {@return one that nobody listens on now; at random, because other builds look for one, too} */
    public static int free() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // Another one is free.
            }
        }
    }
}
