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

import io.coordination.driver.support.TlsHandshake;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Waits for a client's first connection, and finds out in time why there is none. */
final class FirstConnection {

    /** Waits at most so long; true once there is a connection. */
    interface Wait {
        boolean done(Duration patience) throws InterruptedException;
    }

    private FirstConnection() {}

    static void await(Wait connected, String servers, @Nullable SSLContext tls, Duration patience)
            throws InterruptedException {
        var quarter = patience.dividedBy(4);
        if (connected.done(quarter)) {
            return;
        }
        // ZooKeeper's client writes such a problem to its log and tries for ever.
        var problem = tls == null ? null : handshakeProblem(tls, servers, quarter);
        if (problem != null) {
            throw new StoreException(
                    Reason.UNREACHABLE,
                    "no ZooKeeper server lets the client in over TLS: " + problem
                            + "; mend the client's trust store, its key, or the server's certificate, and check that the"
                            + " port is the server's secureClientPort");
        }
        if (!connected.done(quarter.multipliedBy(2))) {
            throw new StoreException(
                    Reason.UNREACHABLE,
                    "no ZooKeeper server answered at " + servers + " within " + patience.toMillis()
                            + " ms; start it, or check hosts and ports"
                            + (tls == null ? "" : ", and that it is the port for TLS, the server's secureClientPort"));
        }
    }

    /** What the servers that can be reached say to a handshake; null when one of them agrees, or none is reached. */
    private static @Nullable String handshakeProblem(SSLContext tls, String servers, Duration patience) {
        String problem = null;
        var addresses = servers.replaceFirst("/.*", "").split(",");
        for (var address : addresses) {
            var colon = address.lastIndexOf(':');
            try {
                problem = TlsHandshake.problem(
                        tls,
                        address.substring(0, Math.max(0, colon)),
                        Integer.parseInt(address.substring(colon + 1)),
                        patience.dividedBy(3L * addresses.length));
                if (problem == null) {
                    return null;
                }
            } catch (IOException | IllegalArgumentException unreached) {
                continue;
            }
        }
        return problem;
    }
}
