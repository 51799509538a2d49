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

import io.coordination.spi.Options;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.StoreUrl.Host;
import io.coordination.spi.Target;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a URL asks for.
 *
 * @param hosts the servers, one of which takes writes
 * @param user the database's user, or null
 * @param password its password, or null
 * @param database the database, empty for the user's
 * @param layout where rows are kept
 * @param lease for how long the database keeps what a silent session holds
 * @param createTables whether missing tables are created
 * @param connections how many connections a session has at most
 * @param serverLocks whether exclusive locks and leaderships are locks of the database's own session, not rows
 * @param ssl whether to connect with TLS, null for what the JDBC driver does by itself
 * @param tls the TLS configuration, null for the platform's
 */
record Settings(
        List<Host> hosts,
        @Nullable String user,
        @Nullable String password,
        String database,
        Layout layout,
        Duration lease,
        boolean createTables,
        int connections,
        boolean serverLocks,
        @Nullable Boolean ssl,
        @Nullable SSLContext tls) {

    private static final Set<String> OPTIONS =
            Set.of("timeout", "namespace", "schema", "table_prefix", "create_tables", "connections", "locks", "ssl");
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST_LEASE = Duration.ofHours(24);
    private static final int LEAST_CONNECTIONS = 2;
    /** With the server's locks: one that has them, one for rows, and one that waits. */
    private static final int LEAST_WITH_LOCKS = 3;

    private static final int MOST_CONNECTIONS = 50;

    static Settings of(Target target) {
        var url = target.url();
        var options = Options.of(url, OPTIONS);
        var lease = options.duration("timeout", target.lease());
        if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new StoreException(Reason.BAD_OPTION, "option 'timeout' must be from 1 s to 24 h, but is " + lease);
        }
        var database = url.path().startsWith("/") ? url.path().substring(1) : url.path();
        if (database.indexOf('/') >= 0) {
            throw new StoreException(
                    Reason.BAD_URL,
                    "the path of the URL must be the name of a database, as in postgresql://host/database");
        }
        var ssl = options.text("ssl").isPresent() ? Boolean.valueOf(options.flag("ssl", false)) : null;
        if (target.tls() != null && Boolean.FALSE.equals(ssl)) {
            throw new StoreException(Reason.BAD_OPTION, "TLS is configured, but option 'ssl' is false; remove one");
        }
        var serverLocks = serverLocks(options);
        var least = serverLocks ? LEAST_WITH_LOCKS : LEAST_CONNECTIONS;
        return new Settings(
                url.hosts().isEmpty() ? List.of(new Host("localhost", -1)) : url.hosts(),
                url.username().orElse(null),
                url.password().orElse(null),
                database,
                new Layout(
                        target.namespace().isEmpty() ? options.text("namespace", "coordination") : target.namespace(),
                        options.text("schema", ""),
                        options.text("table_prefix", Layout.PREFIX)),
                lease,
                options.flag("create_tables", true),
                options.integer("connections", serverLocks ? least + 1 : least, least, MOST_CONNECTIONS),
                serverLocks,
                ssl,
                target.tls());
    }

    private static boolean serverLocks(Options options) {
        return switch (options.text("locks", "rows")) {
            case "rows" -> false;
            case "session" -> true;
            default -> throw new StoreException(Reason.BAD_OPTION, "option 'locks' must be 'rows' or 'session'");
        };
    }

    /** How long to wait for an answer; several fit into what is believed. */
    Duration patience() {
        var third = lease.dividedBy(3);
        return third.compareTo(LONGEST_PATIENCE) < 0 ? third : LONGEST_PATIENCE;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Settings[" + hosts + "/" + database + ", " + layout + "]";
    }
}
