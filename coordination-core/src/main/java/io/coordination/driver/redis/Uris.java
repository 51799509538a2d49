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
package io.coordination.driver.redis;

import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A URL's settings as the client library wants them. */
final class Uris {

    private Uris() {}

    /** One for each server that may be asked; the sentinels are one together. */
    static List<RedisURI> of(Settings settings) {
        var sentinels = settings.sentinels();
        if (sentinels != null) {
            var uri = RedisURI.builder();
            for (var host : settings.hosts()) {
                var sentinel = RedisURI.builder()
                        .withHost(host.name())
                        .withPort(settings.port(host))
                        .withSsl(settings.secure())
                        .withTimeout(settings.patience());
                authenticate(sentinel, sentinels.user(), sentinels.password());
                uri.withSentinel(sentinel.build());
            }
            uri.withSentinelMasterId(sentinels.primary());
            return List.of(common(uri, settings));
        }
        var uris = new ArrayList<RedisURI>();
        for (var host : settings.hosts()) {
            uris.add(common(RedisURI.builder().withHost(host.name()).withPort(settings.port(host)), settings));
        }
        return uris;
    }

    private static RedisURI common(RedisURI.Builder uri, Settings settings) {
        authenticate(uri, settings.user(), settings.password());
        return uri.withDatabase(settings.database())
                .withSsl(settings.secure())
                .withTimeout(settings.patience())
                .build();
    }

    static void authenticate(RedisURI.Builder uri, @Nullable String user, @Nullable String password) {
        if (password == null) {
            return;
        }
        if (user == null) {
            uri.withPassword(password.toCharArray());
        } else {
            uri.withAuthentication(user, password.toCharArray());
        }
    }
}
