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
import io.coordination.contract.LocalServer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** A store that is one server of this machine. */
abstract class ServerStore implements Store {

    /** What happens to a server. */
    abstract void signal(String name);

    /** {@code kill -9}. */
    abstract void kill();

    /** Starts it again, and waits until it answers. */
    abstract void startAgain();

    abstract int port();

    @Override
    public List<FaultProxy> lines() throws IOException {
        return List.of(new FaultProxy(port(), FaultProxy.Protocol.BYTES));
    }

    /** All that a server with what it wrote on its disk survives. */
    @Override
    public List<Fault> faults() {
        return Stream.concat(
                        stops().stream(),
                        Stream.of(
                                Fault.ofServer("server-restart", lease -> restart(lease / 5)),
                                Fault.ofServer("server-down-long", lease -> restart(lease * 3 / 2))))
                .toList();
    }

    /** All that a server without a disk survives. */
    final List<Fault> stops() {
        return List.of(
                Fault.ofServer("server-stop-briefly", lease -> stop(lease * 2 / 5)),
                Fault.ofServer("server-stop-long", lease -> stop(lease * 3 / 2)));
    }

    final void restart(long downMillis) throws InterruptedException {
        kill();
        Thread.sleep(downMillis);
        startAgain();
    }

    private void stop(long millis) throws InterruptedException {
        signal("STOP");
        try {
            Thread.sleep(millis);
        } finally {
            signal("CONT");
        }
    }

    /** A server that is nothing but a process. */
    abstract static class Plain extends ServerStore {

        private final LocalServer server;

        Plain(LocalServer server) {
            this.server = server;
        }

        @Override
        final void signal(String name) {
            server.signal(name);
        }

        @Override
        final void kill() {
            server.stop();
        }

        @Override
        final void startAgain() {
            server.run();
        }

        @Override
        final int port() {
            return server.port();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
