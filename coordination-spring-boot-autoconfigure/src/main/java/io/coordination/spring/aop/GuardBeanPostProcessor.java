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
package io.coordination.spring.aop;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Puts an interceptor in front of all advice that a bean has already. The later one runs, the further out its interceptor is:
 * {@code @Async} runs last, {@code @Retryable} before it, then the leader check, then the lock.
 */
abstract class GuardBeanPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor
        implements EnvironmentAware {

    static final int LEADER_ORDER = Ordered.LOWEST_PRECEDENCE - 2;
    static final int LOCK_ORDER = Ordered.LOWEST_PRECEDENCE - 3;

    private static final long serialVersionUID = 1L;

    private final transient List<Class<? extends Annotation>> annotations;
    private final transient Mentions mentions;
    private final transient Supplier<GuardLint> lint;
    private final transient Set<Class<?>> checked = ConcurrentHashMap.newKeySet();
    private transient @Nullable Environment environment;

    /** The first annotation is the one that messages name. */
    GuardBeanPostProcessor(int order, Supplier<GuardLint> lint, List<Class<? extends Annotation>> annotations) {
        this.lint = lint;
        this.annotations = annotations;
        this.mentions = new Mentions(annotations);
        setBeforeExistingAdvisors(true);
        setOrder(order);
    }

    /** Reads all guards of a class, and fails when one is wrong. */
    abstract void check(String bean, Class<?> type, boolean proxiedByClass, GuardLint lint);

    abstract MethodInterceptor interceptor(ConfigurableListableBeanFactory beans);

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        super.setBeanFactory(beanFactory);
        var guarded = new ComposablePointcut(new AnnotationMatchingPointcut(annotations.get(0), true));
        for (var annotation : annotations) {
            guarded.union(new AnnotationMatchingPointcut(annotation, true));
            guarded.union(new AnnotationMatchingPointcut(null, annotation, true));
        }
        advisor = new DefaultPointcutAdvisor(guarded, interceptor((ConfigurableListableBeanFactory) beanFactory));
    }

    /** Not where eligibility is asked: that happens when an application is built ahead of time, too, without its settings. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        var type = AopUtils.getTargetClass(bean);
        if (!(bean instanceof AopInfrastructureBean) && isEligible(type) && checked.add(type)) {
            check(beanName, type, isProxyTargetClass(), lint.get());
        }
        return super.postProcessAfterInitialization(bean, beanName);
    }

    @Override
    protected boolean isEligible(Class<?> targetClass) {
        return mentions.in(targetClass) && super.isEligible(targetClass);
    }

    String placeholders(String text) {
        var known = environment;
        return known == null ? text : known.resolveRequiredPlaceholders(text);
    }
}
