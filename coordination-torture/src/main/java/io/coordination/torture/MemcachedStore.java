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
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** memcached, which may forget all. It does not unless it is told to, so that what it promises while it remembers is seen. */
final class MemcachedStore extends ServerStore.Plain {

    MemcachedStore() {
        super(LocalServer.memcached());
    }

    @Override
    public String name() {
        return "memcached";
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return "memcached://127.0.0.1:" + lines.get(0).port();
    }

    /** Of which a whole second counts for nothing. */
    @Override
    public Duration lease() {
        return Store.seconds(4);
    }

    @Override
    public List<Fault> faults() {
        return stops();
    }

    /** All is forgotten, and nobody is told. */
    Fault amnesia() {
        return Fault.ofServer("server-forgets", lease -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
                socket.getOutputStream().write("flush_all\r\n".getBytes(StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() != 'O') {
                    throw new IOException("not flushed");
                }
            }
            Thread.sleep(lease);
        });
    }
}
