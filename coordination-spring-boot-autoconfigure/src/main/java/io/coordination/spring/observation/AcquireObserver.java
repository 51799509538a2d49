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
package io.coordination.spring.observation;

import io.coordination.CoordinatorObserver;
import io.coordination.spi.Mode;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Observes every attempt to get a lock, whoever makes it. What the store's client does meanwhile, on the thread that asks, is
 * seen inside of it.
 */
public final class AcquireObserver implements CoordinatorObserver {

    private static final AcquireObservationConvention DEFAULT = new DefaultAcquireObservationConvention();

    private final Supplier<ObservationRegistry> registry;
    private final Supplier<@Nullable AcquireObservationConvention> convention;

    /**
     * An observer.
     *
     * @param registry gives the registry, which is asked for at each attempt
     * @param convention gives the application's convention, null for the default
     */
    public AcquireObserver(
            Supplier<ObservationRegistry> registry, Supplier<@Nullable AcquireObservationConvention> convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public void asking(String lock, Mode mode) {
        var known = registry.get();
        if (!known.isNoop()) {
            CoordinationObservationDocumentation.ACQUIRE
                    .observation(convention.get(), DEFAULT, () -> new AcquireObservationContext(lock, mode), known)
                    .start()
                    .openScope();
        }
    }

    @Override
    public void asked(Asked asked) {
        var scope = registry.get().getCurrentObservationScope();
        // Another one's where observations of this name are turned off.
        if (scope != null
                && scope.getCurrentObservation().getContext() instanceof AcquireObservationContext context
                && context.getAsked() == null) {
            var observation = scope.getCurrentObservation();
            context.setAsked(asked);
            var failure = asked.failure();
            if (failure != null) {
                observation.error(failure);
            }
            scope.close();
            observation.stop();
        }
    }
}
