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
import io.coordination.spring.annotation.OnStoreFailure;
import io.coordination.spring.annotation.Otherwise;
import io.coordination.spring.aop.Firings;
import io.coordination.spring.aop.GuardLint;
import io.coordination.spring.aop.LeaderAnnotationBeanPostProcessor;
import io.coordination.spring.aop.LeaderCalls;
import io.coordination.spring.aop.LeaderDefaults;
import io.coordination.spring.aop.LockAnnotationBeanPostProcessor;
import io.coordination.spring.aop.LockDefaults;
import io.coordination.spring.boot.autoconfigure.CoordinationProperties.WhenRefused;
import java.time.Duration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of {@link io.coordination.spring.annotation.DistributedLock} and {@link
 * io.coordination.spring.annotation.LeaderOnly}. Stays where there is no coordinator, so that guarded beans fail rather than
 * run unguarded.
 */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coordination.enabled", matchIfMissing = true)
public final class CoordinationAnnotationsAutoConfiguration {

    /** Used by the application context. */
    public CoordinationAnnotationsAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LockAnnotationBeanPostProcessor coordinationLockBeanPostProcessor(
            ObjectProvider<LockDefaults> defaults, Firings firings, ObjectProvider<GuardLint> lint) {
        return new LockAnnotationBeanPostProcessor(defaults::getObject, firings, lint::getObject);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LeaderAnnotationBeanPostProcessor coordinationLeaderBeanPostProcessor(
            LeaderCalls calls, ObjectProvider<LeaderDefaults> defaults, ObjectProvider<GuardLint> lint) {
        return new LeaderAnnotationBeanPostProcessor(calls, defaults::getObject, lint::getObject);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Firings coordinationFirings() {
        return new Firings();
    }

    @Bean
    LeaderLifecycles coordinationLeaderLifecycles(
            ListableBeanFactory beans,
            ObjectProvider<Coordinator> coordinator,
            CoordinationProperties properties,
            Environment environment) {
        return new LeaderLifecycles(
                beans, coordinator, Membership.of(properties, environment).groups());
    }

    @Bean
    GuardLint coordinationGuardLint(CoordinationProperties properties) {
        return new GuardLint(properties.getLint());
    }

    @Bean
    @ConditionalOnMissingBean
    LockDefaults coordinationLockDefaults(CoordinationProperties properties) {
        var lock = properties.getLock();
        var leaseTime = lock.getLeaseTime();
        notNegative("coordination.lock.wait-time", lock.getWaitTime());
        notNegative("coordination.lock.at-least", lock.getAtLeast());
        if (leaseTime != null && (leaseTime.isNegative() || leaseTime.isZero())) {
            throw new InvalidConfigurationPropertyValueException(
                    "coordination.lock.lease-time", leaseTime, "It must be more than zero; leave it out for no limit");
        }
        return new LockDefaults(
                lock.getWaitTime(),
                leaseTime,
                lock.getAtLeast(),
                otherwise(lock.getOnContention()),
                OnStoreFailure.valueOf(lock.getOnStoreFailure().name()),
                lock.isInterruptOnLoss());
    }

    @Bean
    @ConditionalOnMissingBean
    LeaderDefaults coordinationLeaderDefaults(CoordinationProperties properties, Environment environment) {
        var leader = properties.getLeader();
        return new LeaderDefaults(
                Membership.of(properties, environment).groups(),
                otherwise(leader.getOtherwise()),
                leader.isInterruptOnLoss());
    }

    private static void notNegative(String property, Duration duration) {
        if (duration.isNegative()) {
            throw new InvalidConfigurationPropertyValueException(property, duration, "It must not be negative");
        }
    }

    private static Otherwise otherwise(WhenRefused chosen) {
        return chosen == WhenRefused.SKIP ? Otherwise.SKIP : Otherwise.FAIL;
    }
}
