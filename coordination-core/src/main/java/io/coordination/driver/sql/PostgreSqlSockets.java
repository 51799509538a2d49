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
package io.coordination.driver.sql;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;

/**
 * Sockets of which a read that would wait for a millisecond does not wait. After each notification the JDBC driver looks for
 * one more by such a read, before it hands over the first: a millisecond more for each hand-over of a lock. What comes a moment
 * later is read the next time. Public because the JDBC driver makes the instance; not for anybody else.
 */
public final class PostgreSqlSockets extends SocketFactory {

    private static final int SHORTEST = 1;

    /** For the JDBC driver. */
    public PostgreSqlSockets() {}

    @Override
    public Socket createSocket() {
        return new Prompt();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw connectedLater();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw connectedLater();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw connectedLater();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        throw connectedLater();
    }

    private static IOException connectedLater() {
        return new IOException("these sockets are connected by whoever asked for them");
    }

    private static final class Prompt extends Socket {

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {

                @Override
                public int read() throws IOException {
                    doNotWait();
                    return super.read();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    doNotWait();
                    return super.read(bytes, offset, length);
                }

                private void doNotWait() throws IOException {
                    if (getSoTimeout() == SHORTEST && available() == 0) {
                        throw new SocketTimeoutException("nothing is there");
                    }
                }
            };
        }
    }
}
