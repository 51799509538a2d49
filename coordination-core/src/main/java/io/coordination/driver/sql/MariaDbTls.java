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
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/**
 * Lets MariaDB's JDBC driver, which makes it by itself, use the caller's TLS configuration. The driver has no place for one, but it
 * connects on the thread that asks it to. It checks the server's name afterwards.
 */
public final class MariaDbTls extends DefaultTlsSocketPlugin {

    static final String TYPE = "io.coordination";

    private static final ThreadLocal<@Nullable SSLContext> OF_THREAD = new ThreadLocal<>();

    /** For the JDBC driver. */
    public MariaDbTls() {}

    /** Connects with this configuration. */
    static Connection connect(SSLContext tls, Source source) throws SQLException {
        OF_THREAD.set(tls);
        try {
            return source.connect();
        } finally {
            OF_THREAD.remove();
        }
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public SSLSocket createSocket(Socket socket, SSLSocketFactory platforms) throws IOException {
        var tls = OF_THREAD.get();
        return super.createSocket(socket, tls == null ? platforms : tls.getSocketFactory());
    }
}
