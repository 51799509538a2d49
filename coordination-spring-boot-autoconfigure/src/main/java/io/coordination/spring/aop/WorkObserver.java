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

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Observes the work of guarded methods, where the application has a registry of observations. */
@FunctionalInterface
interface WorkObserver {

    /** Observes nothing. */
    WorkObserver NONE = (guard, method) -> null;

    /** Where Micrometer keeps an observation in the context of a reactive type. */
    String CONTEXT_KEY = "micrometer.observation";

    /** Work that is observed until it is ended. */
    interface Work {

        /** Runs the method, on this thread, as a part of it. */
        @Nullable
        Object within(Body body) throws Throwable;

        void end(@Nullable Throwable failure);

        /** What is to be found under {@link #CONTEXT_KEY}. */
        Object observation();
    }

    /** Something that is asked on this thread. */
    @FunctionalInterface
    interface Asked<T extends @Nullable Object, X extends Throwable> {

        T ask() throws X;
    }

    /** The work of a guarded method begins; null when nobody observes it. */
    @Nullable
    Work begin(String guard, Method method);

    static WorkObserver of(ConfigurableListableBeanFactory beans) {
        var loader = WorkObserver.class.getClassLoader();
        return ClassUtils.isPresent("io.micrometer.observation.ObservationRegistry", loader)
                ? new ObservedWork(beans)
                : NONE;
    }

    /** Asks as a part of what was found under {@link #CONTEXT_KEY}, if anything was. */
    static <T extends @Nullable Object, X extends Throwable> T inside(@Nullable Object parent, Asked<T, X> asked)
            throws X {
        return parent == null ? asked.ask() : ObservedWork.within(parent, asked);
    }

    /** A body whose work is observed. */
    default Body observed(String guard, Site site, Returns returns, Body body) {
        return this == NONE
                ? body
                : () -> {
                    var work = begin(guard, site.method());
                    if (work == null) {
                        return body.proceed();
                    }
                    Object result;
                    try {
                        result = work.within(body);
                    } catch (Throwable failure) {
                        work.end(failure);
                        throw failure;
                    }
                    return returns.whenDone(result, work);
                };
    }
}
