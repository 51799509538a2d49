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
import java.lang.ref.Reference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** The servers of a URL. Only what is known to be harmless is handed to the JDBC driver. */
final class PostgreSqlSource {

    private static final int PORT = 5432;

    private PostgreSqlSource() {}

    static Source of(Settings settings) {
        var hosts = settings.hosts().stream()
                .map(host -> new io.coordination.spi.StoreUrl.Host(host.name(), host.portOr(PORT)).toString())
                .collect(Collectors.joining(","));
        var user = settings.user();
        var password = settings.password();
        var database = settings.database().isEmpty() ? user : settings.database();
        if (user == null || database == null) {
            throw new StoreException(
                    Reason.BAD_URL, "the URL must name a user, as in postgresql://user:password@host/database");
        }
        var properties = new Properties();
        properties.setProperty("user", user);
        if (password != null) {
            properties.setProperty("password", password);
        }
        var seconds = String.valueOf(Math.max(1, settings.patience().toSeconds()));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "coordination");
        properties.setProperty("socketFactory", PostgreSqlSockets.class.getName());
        if (settings.hosts().size() > 1) {
            properties.setProperty("targetServerType", "primary");
        }
        var tls = settings.tls();
        if (tls != null || Boolean.TRUE.equals(settings.ssl())) {
            properties.setProperty("sslmode", "verify-full");
            properties.setProperty("sslfactory", DefaultJavaSSLFactory.class.getName());
        } else if (settings.ssl() != null) {
            properties.setProperty("sslmode", "disable");
        }
        if (tls != null) {
            properties.setProperty("sslfactory", PostgreSqlTls.class.getName());
            properties.setProperty("sslfactoryarg", PostgreSqlTls.keep(tls));
        }
        var url = "jdbc:postgresql://" + hosts + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
        var driver = new Driver();
        return () -> {
            try {
                return driver.connect(url, properties);
            } finally {
                // The name in the properties is good for as long as this source holds what it names.
                Reference.reachabilityFence(tls);
            }
        };
    }
}
