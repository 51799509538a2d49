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

import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.DistributedLocks;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;

/**
 * Guards the methods of beans that have {@link DistributedLock}. Register it as a static bean method, as every bean
 * post-processor.
 */
public final class LockAnnotationBeanPostProcessor extends GuardBeanPostProcessor {

    private static final long serialVersionUID = 1L;

    private final transient Supplier<LockDefaults> defaults;
    private final transient Firings firings;
    private transient @Nullable LockInterceptor interceptor;

    /**
     * A post-processor.
     *
     * @param defaults gives what annotations do not say, which is asked for when the first guarded bean is made
     * @param firings knows for which times methods are planned, a bean of its own
     * @param lint says what looks right and is not, a bean of its own that is asked for when the first guarded bean is made
     */
    public LockAnnotationBeanPostProcessor(Supplier<LockDefaults> defaults, Firings firings, Supplier<GuardLint> lint) {
        super(LOCK_ORDER, lint, List.of(DistributedLock.class, DistributedLocks.class));
        this.firings = firings;
        this.defaults = defaults;
    }

    @Override
    MethodInterceptor interceptor(ConfigurableListableBeanFactory beans) {
        var guarding = new LockInterceptor(
                Coordinators.in(beans),
                defaults,
                this::placeholders,
                new BeanFactoryResolver(beans),
                firings,
                WorkObserver.of(beans));
        interceptor = guarding;
        return guarding;
    }

    @Override
    void check(String bean, Class<?> type, boolean proxiedByClass, GuardLint lint) {
        Objects.requireNonNull(interceptor, "no bean factory").check(bean, type, proxiedByClass, lint);
    }
}
