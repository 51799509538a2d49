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
import io.coordination.spring.observation.CoordinationObservationDocumentation.AcquireKeys;
import io.coordination.spring.observation.CoordinationObservationDocumentation.GrantKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.Locale;

/** The default {@link AcquireObservationConvention}. */
public final class DefaultAcquireObservationConvention implements AcquireObservationConvention {

    /** Creates the convention. */
    public DefaultAcquireObservationConvention() {}

    @Override
    public String getName() {
        return "coordination.acquire";
    }

    @Override
    public String getContextualName(AcquireObservationContext context) {
        return "acquire lock";
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(AcquireObservationContext context) {
        var asked = context.getAsked();
        var failure = context.getError();
        return KeyValues.of(
                AcquireKeys.MODE.withValue(
                        context.getMode().getClass().getSimpleName().toLowerCase(Locale.ROOT)),
                AcquireKeys.OUTCOME.withValue(
                        asked == null
                                ? KeyValue.NONE_VALUE
                                : asked.outcome().name().toLowerCase(Locale.ROOT)),
                AcquireKeys.EXCEPTION.withValue(
                        failure == null
                                ? KeyValue.NONE_VALUE
                                : failure.getClass().getSimpleName()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(AcquireObservationContext context) {
        var asked = context.getAsked();
        var lease = asked == null ? null : asked.lease();
        return KeyValues.of(
                GrantKeys.NAME.withValue(Names.printable(context.getLock())),
                GrantKeys.TOKEN.withValue(lease == null ? KeyValue.NONE_VALUE : String.valueOf(lease.token())));
    }
}
