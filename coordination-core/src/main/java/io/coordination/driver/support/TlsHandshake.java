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
package io.coordination.driver.support;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Finds out why a server and a client do not come together, where the client's library tells that its log only. */
public final class TlsHandshake {

    private static final int ALERT_WAIT = 200;

    private TlsHandshake() {}

    /**
     * Shakes hands, as the client does, and looks whether the server then refuses the client's certificate.
     *
     * @param tls what the client connects with
     * @param host the server's name, which its certificate has to have
     * @param port its port
     * @param patience how long to wait for the connection, and then for each answer
     * @return what went wrong, null when all is well
     * @throws IOException when the server is not reached, or does not answer
     */
    public static @Nullable String problem(SSLContext tls, String host, int port, Duration patience)
            throws IOException {
        var millis = Math.max(1, (int) patience.toMillis());
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            try (var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                refusedAfterwards(socket, Math.min(millis, ALERT_WAIT));
                return null;
            }
        } catch (SSLException refused) {
            return host + ":" + port + " fails the handshake: " + refused.getMessage();
        }
    }

    /** With TLS 1.3 a server says only after the handshake that it does not accept the client's certificate. */
    private static void refusedAfterwards(SSLSocket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            socket.getInputStream().read();
        } catch (SocketTimeoutException silent) {
            // It waits for the client to speak: the client is let in.
        }
    }
}
