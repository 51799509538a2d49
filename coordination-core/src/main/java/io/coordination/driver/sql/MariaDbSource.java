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

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.StoreUrl.Host;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.stream.Collectors;
import org.mariadb.jdbc.Driver;

/** The servers of a URL. Only what is known to be harmless is handed to the JDBC driver. */
final class MariaDbSource {

    private static final int PORT = 3306;

    private MariaDbSource() {}

    static Source of(Settings settings) {
        var user = settings.user();
        var password = settings.password();
        if (user == null || settings.database().isEmpty()) {
            throw new StoreException(
                    Reason.BAD_URL,
                    "the URL must name a user and a database, as in mariadb://user:password@host/database");
        }
        var hosts = settings.hosts().stream()
                .map(host -> new Host(host.name(), host.portOr(PORT)).toString())
                .collect(Collectors.joining(","));
        var properties = new Properties();
        properties.setProperty("user", user);
        if (password != null) {
            properties.setProperty("password", password);
        }
        var millis = String.valueOf(settings.patience().toMillis());
        properties.setProperty("connectTimeout", millis);
        properties.setProperty("socketTimeout", millis);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("allowLocalInfile", "false");
        // The same few statements again and again: the server need not parse them each time.
        properties.setProperty("useServerPrepStmts", "true");
        var tls = settings.tls();
        if (tls != null) {
            properties.setProperty("sslMode", "verify-full");
            properties.setProperty("tlsSocketType", MariaDbTls.TYPE);
        } else if (settings.ssl() != null) {
            properties.setProperty("sslMode", settings.ssl() ? "verify-full" : "disable");
            // Without TLS the password is kept from listeners by a key that MySQL is asked for.
            properties.setProperty("allowPublicKeyRetrieval", String.valueOf(!settings.ssl()));
        }
        var mode = settings.hosts().size() > 1 ? "sequential:" : "";
        var url = "jdbc:mariadb:" + mode + "//" + hosts + "/"
                + URLEncoder.encode(settings.database(), StandardCharsets.UTF_8);
        var driver = new Driver();
        Source source = () -> driver.connect(url, properties);
        return tls == null ? source : () -> MariaDbTls.connect(tls, source);
    }
}
