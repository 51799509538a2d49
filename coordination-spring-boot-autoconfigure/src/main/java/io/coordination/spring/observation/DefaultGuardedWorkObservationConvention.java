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

import io.coordination.spi.Names;
import io.coordination.spring.observation.CoordinationObservationDocumentation.GrantKeys;
import io.coordination.spring.observation.CoordinationObservationDocumentation.GuardedWorkKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/** The default {@link GuardedWorkObservationConvention}. */
public final class DefaultGuardedWorkObservationConvention implements GuardedWorkObservationConvention {

    /** Creates the convention. */
    public DefaultGuardedWorkObservationConvention() {}

    @Override
    public String getName() {
        return "coordination.guarded";
    }

    @Override
    public String getContextualName(GuardedWorkObservationContext context) {
        var method = context.getMethod();
        return "guarded " + method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(GuardedWorkObservationContext context) {
        var method = context.getMethod();
        var failure = context.getError();
        return KeyValues.of(
                GuardedWorkKeys.GUARD.withValue(context.getGuard()),
                GuardedWorkKeys.CODE_NAMESPACE.withValue(
                        method.getDeclaringClass().getName()),
                GuardedWorkKeys.CODE_FUNCTION.withValue(method.getName()),
                GuardedWorkKeys.OUTCOME.withValue(outcome(context)),
                GuardedWorkKeys.EXCEPTION.withValue(
                        failure == null
                                ? KeyValue.NONE_VALUE
                                : failure.getClass().getSimpleName()));
    }

    private static String outcome(GuardedWorkObservationContext context) {
        var lease = context.getLease();
        if (lease != null && lease.loss() != null) {
            return "lost";
        }
        return context.getError() == null ? "done" : "failed";
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(GuardedWorkObservationContext context) {
        var lease = context.getLease();
        return lease == null
                ? KeyValues.of(
                        GrantKeys.NAME.withValue(KeyValue.NONE_VALUE), GrantKeys.TOKEN.withValue(KeyValue.NONE_VALUE))
                : KeyValues.of(
                        GrantKeys.NAME.withValue(Names.printable(lease.name())),
                        GrantKeys.TOKEN.withValue(String.valueOf(lease.token())));
    }
}
