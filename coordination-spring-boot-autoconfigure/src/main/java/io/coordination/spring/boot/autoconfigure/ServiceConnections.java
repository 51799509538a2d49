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
package io.coordination.spring.boot.autoconfigure;

import io.coordination.BadOptionException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;

/** Which service connection {@code coordination.url} means. */
final class ServiceConnections {

    private static final Pattern URL =
            Pattern.compile("(?<scheme>[^:]+):(//[^/?]*)?(?<path>/[^?]*)?(?<options>\\?.*)?");

    private ServiceConnections() {}

    /** The one of the URL's kind, or any without a URL; null where there is none. */
    static @Nullable StoreConnectionDetails choose(@Nullable String url, List<StoreConnectionDetails> services) {
        var fitting = services.stream()
                .filter(service -> url == null || kind(service.getScheme()).equals(kind(scheme(url))))
                .toList();
        if (fitting.size() > 1) {
            throw new BadOptionException(
                    "Several service connections could be the store: "
                            + fitting.stream().map(ServiceConnections::named).collect(Collectors.joining(", "))
                            + (url == null
                                    ? ". Say which kind in coordination.url, as in coordination.url="
                                            + fitting.get(0).getScheme() + "://, or ipc:// for none of them"
                                    : ". Leave one, by a type in the @ServiceConnection of the others or the label"
                                            + " org.springframework.boot.ignore=true"),
                    null);
        }
        return fitting.isEmpty() ? null : fitting.get(0);
    }

    /** The place of one URL with the options of the other, and with its path where the place has none. */
    static String merged(String place, @Nullable String asked) {
        if (asked == null) {
            return place;
        }
        var where = URL.matcher(place);
        var how = URL.matcher(asked);
        if (!where.matches() || !how.matches()) {
            return place;
        }
        var path = where.group("path") == null && how.group("path") != null ? how.group("path") : "";
        return place + path + (how.group("options") == null ? "" : how.group("options"));
    }

    private static String scheme(String url) {
        return url.substring(0, Math.max(0, url.indexOf(':'))).toLowerCase(Locale.ROOT);
    }

    private static String kind(String scheme) {
        return switch (scheme) {
            case "kazoo" -> "zookeeper";
            case "rediss" -> "redis";
            case "mysql" -> "mariadb";
            default -> scheme;
        };
    }

    private static String named(StoreConnectionDetails service) {
        var origin = Origin.from(service);
        return service.getScheme() + (origin == null ? "" : " (" + origin + ")");
    }
}
