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

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Hands a finished {@link SSLContext} to a JDBC driver that only takes the name of a class. Public because the JDBC driver makes
 * the instance; not for anybody else.
 */
public final class PostgreSqlTls extends SSLSocketFactory {

    /** The name of each, for as long as somebody else holds it. */
    private static final Map<SSLContext, String> NAMES = Collections.synchronizedMap(new WeakHashMap<>());

    private final SSLSocketFactory sockets;

    /**
     * For the JDBC driver.
     *
     * @param name what {@link #keep} answered
     */
    public PostgreSqlTls(String name) {
        this.sockets = find(name).getSocketFactory();
    }

    /** The name by which this configuration is found while the caller holds it. */
    static String keep(SSLContext context) {
        return NAMES.computeIfAbsent(context, unnamed -> UUID.randomUUID().toString());
    }

    private static SSLContext find(String name) {
        synchronized (NAMES) {
            return NAMES.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(name))
                    .map(Map.Entry::getKey)
                    .findAny()
                    .orElseThrow(() -> new IllegalArgumentException("there is no TLS configuration of this name"));
        }
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return sockets.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return sockets.createSocket(address, port, localAddress, localPort);
    }
}
