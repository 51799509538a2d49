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

import io.coordination.spring.annotation.LeaderOnly;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Guards the methods of beans that have {@link LeaderOnly}. Register it as a static bean method, as every bean
 * post-processor.
 */
public final class LeaderAnnotationBeanPostProcessor extends GuardBeanPostProcessor {

    private static final long serialVersionUID = 1L;

    private final transient LeaderCalls calls;
    private final transient Supplier<LeaderDefaults> defaults;
    private transient @Nullable LeaderInterceptor interceptor;

    /**
     * A post-processor.
     *
     * @param calls keeps the calls that run
     * @param defaults gives what annotations do not say, which is asked for when the first guarded bean is made
     * @param lint says what looks right and is not, a bean of its own that is asked for then, too
     */
    public LeaderAnnotationBeanPostProcessor(
            LeaderCalls calls, Supplier<LeaderDefaults> defaults, Supplier<GuardLint> lint) {
        super(LEADER_ORDER, lint, List.of(LeaderOnly.class));
        this.calls = calls;
        this.defaults = defaults;
    }

    @Override
    MethodInterceptor interceptor(ConfigurableListableBeanFactory beans) {
        var guarding = new LeaderInterceptor(
                Coordinators.in(beans), calls, defaults, this::placeholders, WorkObserver.of(beans));
        interceptor = guarding;
        return guarding;
    }

    @Override
    void check(String bean, Class<?> type, boolean proxiedByClass, GuardLint lint) {
        Objects.requireNonNull(interceptor, "no bean factory").check(bean, type, proxiedByClass, lint);
    }
}
