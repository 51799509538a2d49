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
package io.coordination.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.Coordinator;
import io.coordination.driver.sql.DatabaseServer;
import io.coordination.driver.sql.MariaDbServer;
import io.coordination.driver.sql.PostgreSqlServer;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.Otherwise;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Many threads, locks and transactions on the few connections of an application's pool. */
class PoolOfTheApplicationTests {

    private static final int THREADS = 200;
    private static final int POOL = 5;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    TransactionAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    CoordinationJdbcAutoConfiguration.class,
                    CoordinationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class))
            .withUserConfiguration(Application.class);

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Counter counter(JdbcTemplate database) {
            return new Counter(database);
        }
    }

    static class Counter {

        private final JdbcTemplate database;

        Counter(JdbcTemplate database) {
            this.database = database;
        }

        /** Loses counts where a holder does not see what the one before committed. */
        @DistributedLock(name = "counter", waitTime = "30s", onContention = Otherwise.FAIL)
        @Transactional
        public int next() {
            var next = database.queryForObject("SELECT n FROM counter", Integer.class) + 1;
            database.update("UPDATE counter SET n = ?", next);
            return next;
        }
    }

    @Test
    void everyHolderSeesWhatTheOneBeforeCommittedToPostgreSql() throws Exception {
        try (var server = PostgreSqlServer.open()) {
            everyHolderSeesWhatTheOneBeforeCommitted(server);
        }
    }

    @Test
    void everyHolderSeesWhatTheOneBeforeCommittedToMariaDb() throws Exception {
        try (var server = MariaDbServer.open()) {
            everyHolderSeesWhatTheOneBeforeCommitted(server);
        }
    }

    private void everyHolderSeesWhatTheOneBeforeCommitted(DatabaseServer server) {
        on(server).run(context -> {
            var counter = context.getBean(Counter.class);
            context.getBean(JdbcTemplate.class).execute("CREATE TABLE counter (n INT)");
            context.getBean(JdbcTemplate.class).execute("INSERT INTO counter VALUES (0)");
            var threads = Executors.newFixedThreadPool(THREADS);
            try {
                var begin = new CountDownLatch(1);
                var counts = new ArrayList<Future<Integer>>();
                for (var i = 0; i < THREADS; i++) {
                    counts.add(threads.submit(() -> {
                        begin.await();
                        return counter.next();
                    }));
                }
                begin.countDown();
                var counted = new ArrayList<Integer>();
                for (var count : counts) {
                    counted.add(count.get(30, TimeUnit.SECONDS));
                }
                assertThat(counted)
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.rangeClosed(1, THREADS).boxed().toList());
            } finally {
                threads.shutdownNow();
            }
        });
    }

    @Test
    void lockIsTakenWhileTheApplicationHoldsAllConnections() throws Exception {
        try (var server = PostgreSqlServer.open()) {
            on(server)
                    .withPropertyValues("spring.datasource.hikari.connection-timeout=250")
                    .run(context -> {
                        var taken = new ArrayList<Connection>();
                        try {
                            var pool = context.getBean(DataSource.class);
                            assertThatExceptionOfType(SQLTransientConnectionException.class)
                                    .isThrownBy(() -> {
                                        while (taken.size() < POOL) {
                                            taken.add(pool.getConnection());
                                        }
                                    });
                            assertThat(context.getBean(Coordinator.class)
                                            .lock("x")
                                            .tryAcquire())
                                    .isPresent();
                        } finally {
                            for (var connection : taken) {
                                connection.close();
                            }
                        }
                    });
        }
    }

    private ApplicationContextRunner on(DatabaseServer server) {
        return runner.withPropertyValues(
                "coordination.url=datasource:",
                "spring.datasource.url=" + server.jdbcUrl(),
                "spring.datasource.username=" + server.user(),
                "spring.datasource.password=" + server.password(),
                "spring.datasource.hikari.maximum-pool-size=" + POOL);
    }
}
