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

import io.coordination.Coordinator;
import io.coordination.spring.annotation.DistributedLock;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;

/**
 * Guards the methods of beans that have {@link DistributedLock}. Register it as a static bean method, as every bean
 * post-processor.
 */
public final class LockAnnotationBeanPostProcessor extends GuardBeanPostProcessor {

    private static final long serialVersionUID = 1L;

    private final transient Supplier<Coordinator> coordinator;
    private final transient Supplier<LockDefaults> defaults;
    private transient LockInterceptor interceptor;

    /**
     * A post-processor.
     *
     * @param coordinator gives the coordinator, which is asked for at the first call of a guarded method
     * @param defaults gives what annotations do not say, which is asked for when the first guarded bean is made
     */
    public LockAnnotationBeanPostProcessor(Supplier<Coordinator> coordinator, Supplier<LockDefaults> defaults) {
        super(DistributedLock.class, LOCK_ORDER);
        this.coordinator = coordinator;
        this.defaults = defaults;
        this.interceptor = new LockInterceptor(coordinator, defaults, this::placeholders, null);
    }

    @Override
    MethodInterceptor interceptor(ConfigurableListableBeanFactory beans) {
        interceptor = new LockInterceptor(coordinator, defaults, this::placeholders, new BeanFactoryResolver(beans));
        return interceptor;
    }

    @Override
    void check(Class<?> type, boolean proxiedByClass) {
        interceptor.check(type, proxiedByClass);
    }
}
