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
package io.coordination.spring.boot.actuate;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import java.util.Locale;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/** Masks the secrets among {@code coordination.*} where endpoints show properties, however the property is written. */
public final class CoordinationSanitizingFunction implements SanitizingFunction {

    /** Creates the function. */
    public CoordinationSanitizingFunction() {}

    @Override
    public SanitizableData apply(SanitizableData data) {
        var value = data.getValue();
        if (value == null) {
            return data;
        }
        return switch (data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")) {
            case "coordinationpassword" -> data.withSanitizedValue();
            case "coordinationurl" -> url(data, value.toString());
            default -> data;
        };
    }

    private static SanitizableData url(SanitizableData data, String url) {
        try {
            return data.withValue(StoreUrl.parse(url).toString());
        } catch (StoreException unreadable) {
            return data.withSanitizedValue();
        }
    }
}
