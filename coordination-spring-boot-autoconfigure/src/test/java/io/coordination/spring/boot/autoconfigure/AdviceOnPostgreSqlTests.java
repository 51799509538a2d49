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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.coordination.Coordinator;
import io.coordination.LeaseLostException;
import io.coordination.driver.sql.PostgreSqlServer;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.aop.CurrentLease;
import io.coordination.spring.aop.LeaseAssert;
import io.coordination.spring.aop.TransactionalLease;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Guards among the other advice of a bean, with real transactions. */
class AdviceOnPostgreSqlTests {

    private static PostgreSqlServer server;

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
            .withUserConfiguration(Application.class)
            .withPropertyValues(
                    "coordination.url=datasource:",
                    "coordination.groups=g",
                    "coordination.lint=fail",
                    "spring.datasource.url=" + server.jdbcUrl(),
                    "spring.datasource.username=" + server.user(),
                    "spring.datasource.password=" + server.password());

    @BeforeAll
    static void start() throws Exception {
        server = PostgreSqlServer.open();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    @EnableResilientMethods
    @EnableCaching
    static class Application {

        @Bean
        CacheManager cacheManager() {
            return new ConcurrentMapCacheManager();
        }

        @Bean
        Work work(JdbcTemplate database, Coordinator coordinator) {
            return new Work(database, coordinator);
        }
    }

    static class Work {

        private final JdbcTemplate database;
        private final Coordinator coordinator;
        final List<String> trace = new CopyOnWriteArrayList<>();
        final List<Long> tokens = new CopyOnWriteArrayList<>();
        volatile Thread thread;

        Work(JdbcTemplate database, Coordinator coordinator) {
            this.database = database;
            this.coordinator = coordinator;
        }

        /** Fails once, after it wrote. */
        @Async
        @Retryable(maxRetries = 2, delay = 1)
        @LeaderOnly
        @DistributedLock("everything")
        @Transactional
        public void everything() {
            LeaseAssert.assertHeld("g");
            tokens.add(LeaseAssert.assertHeld("everything").token());
            traceTheEnd("everything");
            database.update("INSERT INTO entry VALUES (?)", tokens.size());
            if (tokens.size() == 1) {
                throw new IllegalStateException("the first time");
            }
            thread = Thread.currentThread();
        }

        @EventListener
        @DistributedLock("listens")
        @Transactional
        public void on(String event) {
            LeaseAssert.assertHeld("listens");
            traceTheEnd("listens");
        }

        @Cacheable("values")
        @DistributedLock("cached")
        public String cached(String key) {
            tokens.add(CurrentLease.get().orElseThrow().token());
            return "value of " + key;
        }

        @Transactional
        public void byHand() {
            TransactionalLease.bind(coordinator.lock("by hand").tryAcquire().orElseThrow());
            traceTheEnd("by hand");
        }

        private void traceTheEnd(String lock) {
            trace.add(TransactionSynchronizationManager.isActualTransactionActive() ? "begun" : "no transaction");
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

                /** After whatever else hears of the end. */
                @Override
                public int getOrder() {
                    return HIGHEST_PRECEDENCE;
                }

                @Override
                public void afterCompletion(int status) {
                    trace.add((status == STATUS_COMMITTED ? "committed" : "rolled back")
                            + (coordinator.lock(lock).holders().isEmpty() ? ", free" : ", held"));
                }
            });
        }
    }

    @Test
    void leaderCheckLockAndTransactionAreInsideOfAsyncAndRetriesInThisOrder() {
        runner.run(context -> {
            var work = context.getBean(Work.class);
            var coordinator = context.getBean(Coordinator.class);
            var database = context.getBean(JdbcTemplate.class);
            database.execute("CREATE TABLE IF NOT EXISTS entry (n INT)");
            eventually("it leads", () -> coordinator.election("g").isLeader());
            var target = target(work);
            work.everything();
            eventually("both runs have ended", () -> target.trace.size() == 4);
            assertThat(target.thread).isNotNull().isNotSameAs(Thread.currentThread());
            assertThat(target.trace).containsExactly("begun", "rolled back, held", "begun", "committed, held");
            assertThat(target.tokens)
                    .as("a retry acquires again")
                    .hasSize(2)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(database.queryForList("SELECT n FROM entry", Integer.class))
                    .containsExactly(2);
            eventually(
                    "it is given back",
                    () -> coordinator.lock("everything").holders().isEmpty());
        });
    }

    @Test
    void eventListenerIsGuarded() {
        runner.run(context -> {
            context.publishEvent("an event");
            assertThat(target(context.getBean(Work.class)).trace).containsExactly("begun", "committed, held");
        });
    }

    @Test
    void cacheIsAskedUnderTheLock() {
        runner.run(context -> {
            var work = context.getBean(Work.class);
            assertThat(work.cached("a")).isEqualTo("value of a");
            assertThat(work.cached("a")).isEqualTo("value of a");
            assertThat(target(work).tokens).hasSize(1);
            var lock = context.getBean(Coordinator.class).lock("cached");
            try (var lease = lock.tryAcquire().orElseThrow()) {
                assertThat(work.cached("a"))
                        .as("skipped, although it is cached")
                        .isNull();
                assertThat(lease.isValid()).isTrue();
            }
        });
    }

    @Test
    void leaseThatIsTakenByHandIsGivenBackAfterTheTransaction() {
        runner.run(context -> {
            var work = context.getBean(Work.class);
            var coordinator = context.getBean(Coordinator.class);
            work.byHand();
            assertThat(target(work).trace).containsExactly("begun", "committed, held");
            assertThat(coordinator.lock("by hand").holders()).isEmpty();
            var lease = coordinator.lock("by hand").tryAcquire().orElseThrow();
            assertThatIllegalStateException()
                    .isThrownBy(() -> TransactionalLease.bind(lease))
                    .withMessageContaining("in no transaction");
            assertThat(coordinator.lock("by hand").holders()).isEmpty();
        });
    }

    @Test
    void lossOfALeaseThatWasTakenByHandRollsTheTransactionBack() {
        runner.run(context -> {
            var database = context.getBean(JdbcTemplate.class);
            var coordinator = context.getBean(Coordinator.class);
            database.execute("CREATE TABLE IF NOT EXISTS lost (n INT)");
            assertThatExceptionOfType(LeaseLostException.class)
                    .isThrownBy(() -> context.getBean(TransactionTemplate.class).executeWithoutResult(status -> {
                        var lease = TransactionalLease.bind(
                                coordinator.lock("lost").tryAcquire().orElseThrow());
                        database.update("INSERT INTO lost VALUES (1)");
                        coordinator.lock("lost").forceRelease();
                        eventually("it is told", () -> !lease.isValid());
                    }))
                    .withMessageContaining("'lost' (token ");
            assertThat(database.queryForList("SELECT n FROM lost", Integer.class))
                    .isEmpty();
        });
    }

    private static Work target(Work proxy) {
        return (Work) AopProxyUtils.getSingletonTarget(proxy);
    }
}
