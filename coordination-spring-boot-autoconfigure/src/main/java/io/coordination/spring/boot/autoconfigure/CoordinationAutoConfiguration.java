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

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.spi.Characteristic;
import io.coordination.spring.aop.Coordinators;
import io.coordination.spring.aop.LeaderCalls;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Auto-configuration of the {@link Coordinator}, and of the part that the application takes in groups and elections by its
 * properties. Backs off where the application defines a coordinator, or says where the store is by {@link
 * CoordinationConnectionDetails}.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoordinationProperties.class)
public final class CoordinationAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinationAutoConfiguration.class);

    /** Used by the application context. */
    public CoordinationAutoConfiguration() {}

    @Bean
    @Conditional(OnCoordinationUrlCondition.class)
    @ConditionalOnMissingBean({CoordinationConnectionDetails.class, Coordinator.class})
    PropertiesCoordinationConnectionDetails coordinationConnectionDetails(
            CoordinationProperties properties,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<StoreConnectionDetails> services) {
        var service = ServiceConnections.choose(
                properties.getUrl(), services.orderedStream().toList());
        if (service != null) {
            LOG.info(
                    "Coordinating through the {} of a service connection{}",
                    service.getScheme(),
                    properties.getUrl() == null ? "; coordination.url=ipc:// would not" : "");
        }
        return new PropertiesCoordinationConnectionDetails(properties, bundles.getIfAvailable(), service);
    }

    /** For coordinators of the application's own: as the properties say, but for the store and how to log in to it. */
    @Bean
    @Scope(BeanDefinition.SCOPE_PROTOTYPE)
    @ConditionalOnMissingBean
    CoordinatorBuilder coordinatorBuilder(CoordinationProperties properties, Environment environment) {
        return builder(properties, environment);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnBean(CoordinationConnectionDetails.class)
    @ConditionalOnMissingBean
    Coordinator coordinator(
            CoordinationProperties properties,
            CoordinationConnectionDetails details,
            Environment environment,
            ObjectProvider<CoordinatorBuilderCustomizer> customizers) {
        if (details instanceof PropertiesCoordinationConnectionDetails standard && standard.isDefault()) {
            tellDefault(CloudPlatform.getActive(environment));
        }
        var builder = builder(properties, environment)
                .url(details.getUrl())
                .credentials(details.getUsername(), details.getPassword())
                .require(properties.getRequire().toArray(Characteristic[]::new));
        var durability = properties.getRequireTokenDurability();
        if (durability != null) {
            builder.requireTokenDurability(durability);
        }
        var bundle = details.getSslBundle();
        if (bundle != null) {
            var tls = new BundleTls(bundle);
            details.onSslBundleUpdate(tls::update);
            builder.tls(tls);
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.open();
    }

    @Bean
    @ConditionalOnSingleCandidate(Coordinator.class)
    CoordinationEvents coordinationEvents(ApplicationEventPublisher publisher, Coordinator coordinator) {
        return new CoordinationEvents(publisher, coordinator);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    @ConditionalOnMissingBean
    static LeaderCalls coordinationLeaderCalls(ConfigurableListableBeanFactory beans) {
        return new LeaderCalls(Coordinators.in(beans));
    }

    @Bean
    @ConditionalOnSingleCandidate(Coordinator.class)
    MembershipLifecycle coordinationLifecycle(
            Coordinator coordinator,
            CoordinationProperties properties,
            Environment environment,
            CoordinationEvents events,
            LeaderCalls calls) {
        var patience = Binder.get(environment)
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElse(Duration.ofSeconds(30));
        return new MembershipLifecycle(coordinator, Membership.of(properties, environment), events, calls, patience);
    }

    private static CoordinatorBuilder builder(CoordinationProperties properties, Environment environment) {
        var builder = Coordinator.builder();
        var memberId = properties.getMemberId();
        Membership.check(
                "coordination.member-id",
                memberId == null || memberId.isEmpty() ? Membership.memberId(environment) : memberId,
                builder::memberId);
        Membership.check("coordination.namespace", properties.getNamespace(), builder::namespace);
        Membership.check("coordination.session-timeout", properties.getSessionTimeout(), builder::sessionTimeout);
        Membership.check("coordination.poll-interval", properties.getPollInterval(), builder::pollInterval);
        if (Threading.VIRTUAL.isActive(environment)) {
            builder.workerThreads(new VirtualThreadTaskExecutor().getVirtualThreadFactory());
        }
        return builder;
    }

    private static void tellDefault(CloudPlatform platform) {
        var mend = "to coordinate several hosts, set coordination.url to a store that all of them reach";
        if (platform == null || platform == CloudPlatform.NONE) {
            LOG.info("coordination.url is not set: coordinating the processes of this host, by ipc://; {}", mend);
        } else {
            LOG.warn(
                    "coordination.url is not set: on {} each instance coordinates with the processes of its own host only,"
                            + " by ipc://; {}",
                    platform,
                    mend);
        }
    }
}
