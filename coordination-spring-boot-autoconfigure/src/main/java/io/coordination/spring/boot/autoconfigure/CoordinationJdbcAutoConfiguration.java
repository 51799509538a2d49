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

import io.coordination.BadOptionException;
import io.coordination.Coordinator;
import io.coordination.driver.sql.SqlDriver;
import io.coordination.spi.StoreUrl;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The application's own database: its {@link javax.sql.DataSource} bean where {@code coordination.url} is {@code datasource:} or
 * {@code datasource:} and the name of a bean, and what Spring Boot knows as {@code spring.datasource.*} where it is {@code
 * postgresql://}, {@code mysql://} or {@code mariadb://} without a host. Options of the URL go on to count. The coordinator opens
 * after the application's schema is up to date.
 */
@AutoConfiguration(
        before = CoordinationAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(Coordinator.class)
public final class CoordinationJdbcAutoConfiguration {

    private static final Pattern DATA_SOURCE =
            Pattern.compile("(?i)datasource:(//)?(?<bean>[^/?]*)/?(?<options>\\?.*)?");
    private static final Pattern WITHOUT_HOST = Pattern.compile("(?i)(postgresql|mysql|mariadb)://(\\?.*)?");

    /** Used by the application context. */
    public CoordinationJdbcAutoConfiguration() {}

    /** Whether a URL means the database that the application has. */
    static boolean isOfTheApplication(String url) {
        return DATA_SOURCE.matcher(url).matches() || WITHOUT_HOST.matcher(url).matches();
    }

    @Bean
    @Conditional(OnDataSourceUrl.class)
    @DependsOnDatabaseInitialization
    CoordinatorBuilderCustomizer coordinationDataSource(
            CoordinationConnectionDetails details, ListableBeanFactory beans) {
        refuseTls(details);
        var named = DATA_SOURCE.matcher(details.getUrl());
        if (!named.matches()) {
            return builder -> {};
        }
        var options = named.group("options");
        return builder -> builder.url("datasource://" + (options == null ? "" : options))
                .driver(SqlDriver.around(ApplicationDataSource.find(named.group("bean"), beans)));
    }

    private static void refuseTls(CoordinationConnectionDetails details) {
        if (details.getSslBundle() != null) {
            throw new BadOptionException(
                    "coordination.ssl asks for TLS on connections that the application's DataSource makes; ask for it there, as"
                            + " with ?sslmode=verify-full in spring.datasource.url, and remove coordination.ssl",
                    null);
        }
    }

    /** Connections of the coordinator's own to the database that Spring Boot knows. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JdbcConnectionDetails.class, DriverManagerDataSource.class})
    @Conditional(OnUrlWithoutHost.class)
    static class Details {

        @Bean
        @ConditionalOnBean(JdbcConnectionDetails.class)
        @DependsOnDatabaseInitialization
        CoordinatorBuilderCustomizer coordinationJdbcConnectionDetails(
                JdbcConnectionDetails database, CoordinationConnectionDetails details) {
            refuseTls(details);
            var asked = StoreUrl.parse(details.getUrl()).scheme();
            if (asked.equals("postgresql") != database.getJdbcUrl().contains(":postgresql:")) {
                throw new BadOptionException(
                        "coordination.url asks for " + asked
                                + ", but spring.datasource.* is another database; write datasource: to use that one",
                        null);
            }
            var source =
                    new DriverManagerDataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword());
            source.setDriverClassName(database.getDriverClassName());
            return builder -> builder.driver(SqlDriver.around(source));
        }
    }

    /** The URL of one property matches a pattern. */
    private abstract static class OnUrl extends SpringBootCondition {

        private final Pattern pattern;
        private final String what;

        OnUrl(Pattern pattern, String what) {
            this.pattern = pattern;
            this.what = what;
        }

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var message = ConditionMessage.forCondition("Database URL");
            return pattern.matcher(context.getEnvironment().getProperty("coordination.url", ""))
                            .matches()
                    ? ConditionOutcome.match(message.because("coordination.url is " + what))
                    : ConditionOutcome.noMatch(message.because("coordination.url is not " + what));
        }
    }

    static final class OnDataSourceUrl extends OnUrl {

        OnDataSourceUrl() {
            super(DATA_SOURCE, "datasource:");
        }
    }

    static final class OnUrlWithoutHost extends OnUrl {

        OnUrlWithoutHost() {
            super(WITHOUT_HOST, "that of a database without a host");
        }
    }
}
