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

import io.coordination.spring.observation.CoordinationObservationDocumentation;
import io.coordination.spring.observation.DefaultGuardedWorkObservationConvention;
import io.coordination.spring.observation.GuardedWorkObservationContext;
import io.coordination.spring.observation.GuardedWorkObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.function.SingletonSupplier;

/** Observes by Micrometer. The registry is asked for when the first guarded method runs. */
final class ObservedWork implements WorkObserver {

    private static final GuardedWorkObservationConvention DEFAULT = new DefaultGuardedWorkObservationConvention();

    private final SingletonSupplier<ObservationRegistry> registry;
    private final ObjectProvider<GuardedWorkObservationConvention> convention;

    ObservedWork(ConfigurableListableBeanFactory beans) {
        this.registry = SingletonSupplier.of(
                () -> beans.getBeanProvider(ObservationRegistry.class).getIfUnique(() -> ObservationRegistry.NOOP));
        this.convention = beans.getBeanProvider(GuardedWorkObservationConvention.class);
    }

    @Override
    public @Nullable Work begin(String guard, Method method) {
        var known = registry.obtain();
        if (known.isNoop()) {
            return null;
        }
        var call = GuardedCall.innermost();
        var lease = call == null ? null : call.lease();
        return new Observed(CoordinationObservationDocumentation.GUARDED_WORK
                .observation(
                        convention.getIfAvailable(),
                        DEFAULT,
                        () -> new GuardedWorkObservationContext(guard, method, lease),
                        known)
                .start());
    }

    static <T extends @Nullable Object, X extends Throwable> T within(Object parent, Asked<T, X> asked) throws X {
        var scope = ((Observation) parent).openScope();
        try {
            return asked.ask();
        } finally {
            scope.close();
        }
    }

    private record Observed(Observation observation) implements Work {

        @Override
        public @Nullable Object within(Body body) throws Throwable {
            return ObservedWork.within(observation, body::proceed);
        }

        @Override
        public void end(@Nullable Throwable failure) {
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
        }
    }
}
