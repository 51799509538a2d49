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
package io.coordination.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A database that commits to its disk: bare statements, this project, Spring Integration and ShedLock. What is bare has a
 * connection for each thread, this project those that it opens by itself, and the peers a pool of the usual size. Needs the
 * programs of the database's server. An address has user, password and database, too.
 */
final class SqlArena implements Arena {

    private static final String SPRING = "Spring JdbcLockRegistry";
    private static final String SHEDLOCK = "ShedLock";
    private static final String INITIATOR = "Spring LockRegistryLeaderInitiator";
    /** What the server allows. */
    private static final int CONNECTIONS = 500;

    private static final String SERVER = "io.coordination.driver.sql.DatabaseProcess";

    private final String scheme;
    private final boolean postgresql;
    /** The locks that the database keeps for a connection. */
    private static final String SESSION = OURS + ", locks=session";

    private static final String WITH_LOCKS = "?locks=session&namespace=session";

    private final String function;

    SqlArena(String scheme) {
        this.scheme = scheme;
        this.postgresql = scheme.equals("postgresql");
        this.function = postgresql ? "bare advisory lock" : "bare GET_LOCK";
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public Server start() throws Exception {
        var process = new Companion(Class.forName(SERVER), scheme);
        var address = process.hear("address");
        try (var connection = connect(address)) {
            createTables(connection);
        }
        return new Server() {
            @Override
            public String address() {
                return address;
            }

            @Override
            public Duration cpu() {
                return process.cpu();
            }

            @Override
            public void close() throws IOException {
                process.close();
            }
        };
    }

    /** As the peers' documentation has them. */
    private void createTables(Connection connection) throws SQLException {
        var millis = postgresql ? "TIMESTAMP" : "TIMESTAMP(3)";
        var micros = postgresql ? "TIMESTAMP" : "DATETIME(6)";
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE bare (id VARCHAR(64) PRIMARY KEY)");
            statement.execute("CREATE TABLE shedlock (name VARCHAR(64) PRIMARY KEY, lock_until " + millis
                    + " NOT NULL, locked_at " + millis
                    + " DEFAULT CURRENT_TIMESTAMP(3) NOT NULL, locked_by VARCHAR(255) NOT NULL)");
            statement.execute("CREATE TABLE INT_LOCK (LOCK_KEY CHAR(36) NOT NULL, REGION VARCHAR(100) NOT NULL,"
                    + " CLIENT_ID CHAR(36), CREATED_DATE " + micros + " NOT NULL, EXPIRED_AFTER " + micros
                    + " NOT NULL, PRIMARY KEY (LOCK_KEY, REGION))");
        }
    }

    @Override
    public List<String> contestants() {
        return List.of(BARE, OURS, SESSION, SPRING);
    }

    @Override
    public List<String> contestantsOf(int threads) {
        return threads < CONNECTIONS ? contestants() : List.of(OURS, SESSION, SPRING);
    }

    /** A session has two connections. */
    @Override
    public int crowd() {
        return CONNECTIONS / 2 - 50;
    }

    @Override
    public List<String> alone() {
        return List.of(BARE, OURS, SESSION, SPRING, SHEDLOCK, function);
    }

    @Override
    public int pairsATurn() {
        return 10;
    }

    @Override
    public Contestant open(String name, String address, boolean alone) {
        return switch (name) {
            case OURS -> ours(address);
            case SESSION -> ours(address + WITH_LOCKS);
            case SPRING -> spring(address);
            case SHEDLOCK -> shedlock(address);
            default -> name.equals(BARE) && alone ? rows(address) : function(address);
        };
    }

    /** One row, in two transactions. */
    private Contestant rows(String address) {
        return bare(address, "INSERT INTO bare VALUES (?)", "DELETE FROM bare WHERE id = ?");
    }

    /** The lock of the database itself; it writes nothing and has no token. */
    private Contestant function(String address) {
        return postgresql
                ? bare(
                        address,
                        "SELECT pg_advisory_lock(hashtextextended(?, 0))",
                        "SELECT pg_advisory_unlock(hashtextextended(?, 0))")
                : bare(address, "SELECT GET_LOCK(?, 60)", "SELECT RELEASE_LOCK(?)");
    }

    private Contestant bare(String address, String take, String release) {
        var own = ThreadLocal.withInitial(() -> {
            try {
                var connection = connect(address);
                return List.of(connection.prepareStatement(take), connection.prepareStatement(release));
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
        // Connections end with the process: each is its thread's.
        return Contestant.of(
                lock -> {
                    execute(own.get().get(0), lock);
                    return () -> execute(own.get().get(1), lock);
                },
                () -> {});
    }

    private static void execute(PreparedStatement prepared, String lock) throws SQLException {
        prepared.setString(1, lock);
        prepared.execute();
    }

    private Contestant spring(String address) {
        var pool = pool(address);
        var registry = new JdbcLockRegistry(repository(pool));
        return Contestant.of(
                lock -> {
                    var taken = registry.obtain(lock);
                    taken.lock();
                    return taken::unlock;
                },
                pool::close);
    }

    private Contestant shedlock(String address) {
        var pool = pool(address);
        var provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(pool))
                .usingDbTime()
                .build());
        return Contestant.of(
                lock -> provider.lock(new LockConfiguration(Instant.now(), lock, Duration.ofSeconds(10), Duration.ZERO))
                        .orElseThrow()::unlock,
                pool::close);
    }

    private Connection connect(String address) throws SQLException {
        var uri = URI.create(scheme + "://" + address);
        return DriverManager.getConnection(jdbcUrl(uri), user(uri)[0], user(uri)[1]);
    }

    private HikariDataSource pool(String address) {
        var uri = URI.create(scheme + "://" + address);
        var pool = new HikariDataSource();
        pool.setJdbcUrl(jdbcUrl(uri));
        pool.setUsername(user(uri)[0]);
        pool.setPassword(user(uri)[1]);
        return pool;
    }

    private static String jdbcUrl(URI uri) {
        return "jdbc:" + uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
    }

    private static String[] user(URI uri) {
        return uri.getUserInfo().split(":", 2);
    }

    private static DefaultLockRepository repository(HikariDataSource pool) {
        var repository = new DefaultLockRepository(pool);
        repository.setTransactionManager(new JdbcTransactionManager(pool));
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        repository.start();
        return repository;
    }

    /** Statements. PostgreSQL counts them in another database, which is the one asked, so that asking does not count there. */
    @Override
    public long requests(String address) throws SQLException {
        var query = postgresql
                ? "SELECT sum(calls) FROM pg_stat_statements s JOIN pg_database d ON s.dbid = d.oid WHERE datname ="
                        + " 'app'"
                : "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'QUESTIONS'";
        try (var connection = connect(postgresql ? address.replaceFirst("/.*", "/postgres") : address);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public List<String> leaders() {
        return List.of(OURS, SESSION, INITIATOR);
    }

    /** The initiator's row lasts as long as this project's session, not for its default of ten seconds. */
    @Override
    public AutoCloseable campaign(String name, String address, Runnable leads) {
        if (name.startsWith(OURS)) {
            return oursCampaigns(name.equals(SESSION) ? address + WITH_LOCKS : address, leads);
        }
        var pool = pool(address);
        var registry = new JdbcLockRegistry(repository(pool), LEADS);
        var initiator = new LockRegistryLeaderInitiator(registry, new DefaultCandidate() {
            @Override
            public void onGranted(Context context) {
                leads.run();
            }
        });
        initiator.start();
        // Giving the lock back goes on in the background, with the pool.
        return initiator::stop;
    }
}
