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

import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * {@code postgresql://user:password@host:5432/database}: PostgreSQL 12 or newer, where waiting is woken by {@code NOTIFY}.
 * {@code mariadb://user:password@host:3306/database}: MariaDB 10.6 or newer, where waiting polls; {@code mysql://} means the same.
 * Locks, leaderships and groups are rows under leases that the database's clock keeps.
 *
 * <p>Options: {@code timeout} (the lease, default is the coordinator's session timeout), {@code namespace} (default is the
 * coordinator's, and {@code coordination} where it has none), {@code schema}, {@code table_prefix}, {@code create_tables},
 * {@code connections}, {@code locks} ({@code session}
 * for exclusive locks and leaderships that the database keeps for a connection) and {@code ssl}. Needs {@code org.postgresql:postgresql} or {@code org.mariadb.jdbc:mariadb-java-client} on
 * the class path.
 */
public final class SqlDriver implements Driver {

    private final @Nullable DataSource shared;

    /** For the service loader: every session has connections of its own. */
    public SqlDriver() {
        this.shared = null;
    }

    private SqlDriver(DataSource shared) {
        this.shared = shared;
    }

    /**
     * A driver whose sessions take their connections from the application's data source, and keep them for as long as they
     * last: two, unless option {@code connections} says more. They never join a transaction of the application. Of the URL
     * only the options count, but {@code ssl}.
     *
     * @param dataSource connections to PostgreSQL or MariaDB
     * @return the driver
     */
    public static Driver around(DataSource dataSource) {
        return new SqlDriver(dataSource);
    }

    @Override
    public Set<String> schemes() {
        return shared == null
                ? Set.of("postgresql", "mariadb", "mysql")
                : Set.of("datasource", "postgresql", "mariadb", "mysql");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        try {
            var settings = Settings.of(target);
            var source = source(settings, target, with);
            var dialect = dialect(settings, source, target);
            return settings.serverLocks()
                    ? LockSession.open(settings, dialect, source, target, with, events)
                    : SqlSessions.open(settings, dialect, source, target, with, events, null);
        } catch (NoClassDefFoundError missing) {
            var jar = isPostgreSql(target) ? "org.postgresql:postgresql" : "org.mariadb.jdbc:mariadb-java-client";
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    target.url().scheme() + ":// needs " + jar + " on the class path; add that jar",
                    missing);
        }
    }

    private Source source(Settings settings, Target target, Surroundings with) {
        if (shared != null) {
            return new SharedSource(shared, with.clock(), settings.patience());
        }
        return isPostgreSql(target) ? PostgreSqlSource.of(settings) : MariaDbSource.of(settings);
    }

    private Dialect dialect(Settings settings, Source source, Target target) {
        if (shared == null && isPostgreSql(target)) {
            return new PostgreSql(settings.layout());
        }
        try (var connection = source.connect()) {
            var facts = connection.getMetaData();
            var product = facts.getDatabaseProductName();
            if (product.equals("PostgreSQL")) {
                return new PostgreSql(settings.layout());
            }
            if (product.equals("MariaDB") || product.equals("MySQL")) {
                return new MariaDb(settings.layout(), Flavor.of(version(connection)));
            }
            throw new StoreException(
                    StoreException.Reason.REFUSED,
                    "the data source is of " + product + "; PostgreSQL, MariaDB and MySQL are supported");
        } catch (SQLException failure) {
            throw Failure.notConnected(failure);
        }
    }

    private static String version(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery("SELECT VERSION()")) {
            answer.next();
            return answer.getString(1);
        }
    }

    private static boolean isPostgreSql(Target target) {
        return target.url().scheme().equals("postgresql");
    }
}
