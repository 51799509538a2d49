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

import com.zaxxer.hikari.HikariDataSource;
import io.coordination.BadOptionException;
import io.coordination.Coordinator;
import io.coordination.driver.sql.PostgreSqlServer;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The coordinator on the database that the application has. */
class CoordinationJdbcAutoConfigurationTests {

    private static PostgreSqlServer server;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationJdbcAutoConfiguration.class, CoordinationAutoConfiguration.class));
    private final ApplicationContextRunner boot = runner.withConfiguration(
                    AutoConfigurations.of(DataSourceAutoConfiguration.class))
            .withPropertyValues(
                    "spring.datasource.url=" + server.jdbcUrl(),
                    "spring.datasource.username=" + server.user(),
                    "spring.datasource.password=" + server.password());

    @BeforeAll
    static void start() throws Exception {
        server = PostgreSqlServer.open();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void dataSourceOfTheApplicationIsUsed() {
        boot.withPropertyValues("coordination.url=datasource:").run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class);
            var coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.lock("x").tryAcquire()).isPresent();
            assertThat(coordinator.toString()).doesNotContain(server.password());
            assertThat(connections(context.getBean(DataSource.class))).isPositive();
        });
    }

    private static int connections(DataSource pool) {
        return ((HikariDataSource) pool).getHikariPoolMXBean().getTotalConnections();
    }

    @Test
    void urlWithoutHostMeansTheDatabaseThatSpringBootKnows() {
        boot.withPropertyValues("coordination.url=postgresql://").run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Coordinator.class).lock("x").tryAcquire())
                    .isPresent();
            assertThat(((HikariDataSource) context.getBean(DataSource.class)).getHikariPoolMXBean())
                    .as("the application's pool, which nobody asked for a connection")
                    .isNull();
        });
    }

    @Test
    void locksOfTheConnectionAreTakenOnTheOneOfThePoolToo() {
        var options = "?locks=session&namespace=locks";
        try (var other = Coordinator.open(server.url() + options)) {
            for (var url : new String[] {"datasource:" + options, "postgresql://" + options}) {
                boot.withPropertyValues("coordination.url=" + url).run(context -> {
                    var lock = context.getBean(Coordinator.class).lock("x");
                    try (var lease = other.lock("x").acquire()) {
                        assertThat(lock.tryAcquire())
                                .as("while %s holds it", lease)
                                .isEmpty();
                    }
                    assertThat(lock.tryAcquire()).isPresent();
                });
            }
        }
    }

    @Test
    void optionsOfTheUrlGoOnToCount() {
        try (var other = Coordinator.open(server.url() + "?namespace=mine")) {
            for (var url : new String[] {"datasource:?namespace=mine", "postgresql://?namespace=mine"}) {
                boot.withPropertyValues("coordination.url=" + url).run(context -> {
                    try (var lease = other.lock("x").acquire()) {
                        assertThat(context.getBean(Coordinator.class).lock("x").tryAcquire())
                                .as("while %s holds it", lease)
                                .isEmpty();
                    }
                });
            }
        }
    }

    @Test
    void urlWithAHostIsTakenAtItsWord() {
        boot.withPropertyValues("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/nowhere")
                .withPropertyValues("coordination.url=" + server.url())
                .run(context -> assertThat(
                                context.getBean(Coordinator.class).lock("z").tryAcquire())
                        .isPresent());
    }

    @Test
    void databaseOfAnotherMakeIsAnError() {
        boot.withPropertyValues("coordination.url=mariadb://")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(BadOptionException.class)
                        .hasMessageContaining("asks for mariadb")
                        .hasMessageContaining("write datasource:"));
    }

    @Test
    void tlsOfConnectionsThatTheApplicationMakesIsNotOurs() {
        for (var url : new String[] {"datasource:", "postgresql://"}) {
            boot.withPropertyValues("coordination.url=" + url, "coordination.ssl.enabled=true")
                    .run(context -> assertThat(context.getStartupFailure())
                            .rootCause()
                            .isInstanceOf(BadOptionException.class)
                            .hasMessageContaining("remove coordination.ssl"));
        }
    }

    @Test
    void noDataSourceIsAnError() {
        runner.withPropertyValues("coordination.url=datasource:")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(BadOptionException.class)
                        .hasMessageContaining("set spring.datasource.url"));
    }

    @Test
    void severalDataSourcesWantAName() {
        runner.withUserConfiguration(Two.class)
                .withPropertyValues("coordination.url=datasource:")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(BadOptionException.class)
                        .hasMessageContaining("'one', 'two'")
                        .hasMessageContaining("@Primary"));
        runner.withUserConfiguration(Two.class)
                .withPropertyValues("coordination.url=datasource:three")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(BadOptionException.class)
                        .hasMessageContaining("'three'")
                        .hasMessageContaining("'one', 'two'"));
    }

    @Test
    void namedDataSourceIsUsed() {
        runner.withUserConfiguration(Two.class)
                .withPropertyValues("coordination.url=datasource:two")
                .run(context -> assertThat(
                                context.getBean(Coordinator.class).lock("n").tryAcquire())
                        .isPresent());
    }

    @Configuration(proxyBeanMethods = false)
    static class Two {

        @Bean
        DataSource one() {
            var nowhere = new HikariDataSource();
            nowhere.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/nowhere");
            return nowhere;
        }

        @Bean
        DataSource two() {
            return pool();
        }
    }

    private static HikariDataSource pool() {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(server.jdbcUrl());
        pool.setUsername(server.user());
        pool.setPassword(server.password());
        return pool;
    }

    @Test
    void lockIsNoPartOfTheApplicationsTransaction() {
        runner.withUserConfiguration(Wrapped.class)
                .withPropertyValues("coordination.url=datasource:wrapped")
                .run(context -> {
                    var coordinator = context.getBean(Coordinator.class);
                    var transactions = new TransactionTemplate(
                            new JdbcTransactionManager(context.getBean("pool", DataSource.class)));
                    var lease = transactions.execute(status -> {
                        status.setRollbackOnly();
                        return coordinator.lock("t").tryAcquire().orElseThrow();
                    });
                    try (var other = Coordinator.open(server.url())) {
                        assertThat(other.lock("t").tryAcquire()).isEmpty();
                        transactions.executeWithoutResult(status -> {
                            status.setRollbackOnly();
                            lease.close();
                        });
                        assertThat(other.lock("t").tryAcquire()).isPresent();
                    }
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Wrapped {

        @Bean(destroyMethod = "close")
        HikariDataSource pool() {
            return CoordinationJdbcAutoConfigurationTests.pool();
        }

        @Bean
        DataSource wrapped(HikariDataSource pool) {
            return new LazyConnectionDataSourceProxy(new TransactionAwareDataSourceProxy(pool));
        }
    }

    @Test
    void dataSourceThatRoutesIsRefused() {
        runner.withUserConfiguration(Routing.class)
                .withPropertyValues("coordination.url=datasource:routing")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(BadOptionException.class)
                        .hasMessageContaining("'routing'")
                        .hasMessageContaining("name one that leads to a single database"));
        runner.withUserConfiguration(Routing.class)
                .withPropertyValues("coordination.url=datasource:pool")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Configuration(proxyBeanMethods = false)
    static class Routing {

        @Bean(destroyMethod = "close")
        HikariDataSource pool() {
            return CoordinationJdbcAutoConfigurationTests.pool();
        }

        @Bean
        DataSource routing(HikariDataSource pool) {
            var routing = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return "tenant";
                }
            };
            routing.setTargetDataSources(Map.of("tenant", pool));
            return routing;
        }
    }

    @Test
    void coordinatorClosesBeforeItsDataSource() {
        try (var other = Coordinator.open(server.url())) {
            boot.withPropertyValues("coordination.url=datasource:").run(context -> {
                context.getBean(Coordinator.class).lock("left").tryAcquire().orElseThrow();
                assertThat(other.lock("left").tryAcquire()).isEmpty();
            });
            assertThat(other.lock("left").tryAcquire())
                    .as("free before the lease ran out")
                    .isPresent();
        }
    }

    @Test
    void coordinatorOpensOnceTheSchemaIsUpToDate() {
        server.execute(List.of("CREATE DATABASE migrated OWNER " + server.user()));
        boot.withConfiguration(AutoConfigurations.of(DataSourceInitializationAutoConfiguration.class))
                .withPropertyValues(
                        "coordination.url=datasource:?create_tables=false",
                        "spring.datasource.url=" + server.jdbcUrl().replaceFirst("[^/]*$", "migrated"),
                        "spring.sql.init.mode=always",
                        "spring.sql.init.schema-locations=classpath:io/coordination/driver/sql/postgresql.sql")
                .run(context -> assertThat(
                                context.getBean(Coordinator.class).lock("m").tryAcquire())
                        .isPresent());
    }

    @Test
    void otherStoresNeedNoDatabase() {
        runner.withClassLoader(new FilteredClassLoader(
                        "org.postgresql", "org.springframework.jdbc", "org.springframework.boot.jdbc"))
                .withPropertyValues("coordination.url=memory://no-database")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class));
    }
}
