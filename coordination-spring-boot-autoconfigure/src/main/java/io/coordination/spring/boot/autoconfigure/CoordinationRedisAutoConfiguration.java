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

import io.coordination.driver.redis.RedisDriver;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.util.regex.Pattern;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The application's own Redis, where {@code coordination.url} is {@code redis://} without a host: its {@link RedisClient} or {@link
 * RedisClusterClient} bean, or else what Spring Boot knows as {@code spring.data.redis.*}. Options and a database of the URL go
 * on to count for the latter.
 */
@AutoConfiguration(
        before = CoordinationAutoConfiguration.class,
        afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass(RedisClient.class)
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
@Conditional(CoordinationRedisAutoConfiguration.OnUrlWithoutHost.class)
public final class CoordinationRedisAutoConfiguration {

    /** Used by the application context. */
    public CoordinationRedisAutoConfiguration() {}

    /** Two clients of which none is the primary one are an error that names both. */
    @Bean
    @ConditionalOnBean(RedisClient.class)
    CoordinatorBuilderCustomizer coordinationRedisClient(BeanFactory beans) {
        var client = beans.getBean(RedisClient.class);
        return builder -> builder.driver(RedisDriver.around(client));
    }

    @Bean
    @ConditionalOnBean(RedisClusterClient.class)
    @ConditionalOnMissingBean(RedisClient.class)
    CoordinatorBuilderCustomizer coordinationRedisClusterClient(BeanFactory beans) {
        var client = beans.getBean(RedisClusterClient.class);
        return builder -> builder.driver(RedisDriver.around(client));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DataRedisConnectionDetails.class)
    static class Details {

        @Bean
        @ConditionalOnBean(DataRedisConnectionDetails.class)
        @ConditionalOnMissingBean({RedisClient.class, RedisClusterClient.class})
        CoordinatorBuilderCustomizer coordinationRedisConnectionDetails(
                DataRedisConnectionDetails redis,
                CoordinationConnectionDetails details,
                ObjectProvider<SslBundles> bundles,
                Environment environment) {
            return builder -> {
                var bundle = redis.getSslBundle();
                builder.url(RedisUrl.of(redis, details.getUrl()));
                if (redis.getPassword() != null) {
                    builder.credentials(redis.getUsername(), redis.getPassword());
                }
                if (bundle != null) {
                    var tls = new BundleTls(bundle);
                    builder.tls(tls);
                    var name = environment.getProperty("spring.data.redis.ssl.bundle");
                    if (name != null) {
                        bundles.ifAvailable(all -> all.addBundleUpdateHandler(name, tls::update));
                    }
                }
            };
        }
    }

    static final class OnUrlWithoutHost extends SpringBootCondition {

        private static final Pattern WITHOUT_HOST = Pattern.compile("(?i)rediss?://([/?].*)?");

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var message = ConditionMessage.forCondition("Redis URL");
            var url = context.getEnvironment().getProperty("coordination.url", "");
            return WITHOUT_HOST.matcher(url).matches()
                    ? ConditionOutcome.match(message.because("coordination.url is redis:// without a host"))
                    : ConditionOutcome.noMatch(message.because("coordination.url is not redis:// without a host"));
        }
    }
}
