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

import io.coordination.spi.StoreUrl;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;

/** What Spring Boot knows of the application's Redis, as a URL without user and password. */
final class RedisUrl {

    private RedisUrl() {}

    /** The servers of the one with the options of the other, and with its database where it has one. */
    static String of(DataRedisConnectionDetails redis, String asked) {
        var url = StoreUrl.parse(asked);
        var options = new ArrayList<String>();
        var query = asked.indexOf('?');
        if (query >= 0 && query + 1 < asked.length()) {
            options.add(asked.substring(query + 1));
        }
        var scheme = redis.getSslBundle() == null ? "redis://" : "rediss://";
        var location = location(redis, options);
        var database = url.path().length() > 1 || url.options().containsKey("db")
                ? url.path()
                : location.database() > 0 ? "/" + location.database() : "";
        return scheme + location.hosts() + database + (options.isEmpty() ? "" : "?" + String.join("&", options));
    }

    private record Location(String hosts, int database) {}

    private static Location location(DataRedisConnectionDetails redis, List<String> options) {
        var sentinel = redis.getSentinel();
        if (sentinel != null) {
            options.add("sentinel=" + encode(sentinel.getMaster()));
            if (sentinel.getPassword() != null) {
                add(options, "sentinel_username", sentinel.getUsername());
                add(options, "sentinel_password", sentinel.getPassword());
            }
            return new Location(hosts(sentinel.getNodes()), sentinel.getDatabase());
        }
        var cluster = redis.getCluster();
        if (cluster != null) {
            return new Location(hosts(cluster.getNodes()), 0);
        }
        var standalone = redis.getStandalone();
        if (standalone == null) {
            throw new IllegalStateException(
                    "spring.data.redis.* names replicas of a primary; write the primary's address into coordination.url");
        }
        return new Location(
                hosts(List.of(new Node(standalone.getHost(), standalone.getPort()))), standalone.getDatabase());
    }

    private static String hosts(List<Node> nodes) {
        return nodes.stream()
                .map(node -> (node.host().indexOf(':') < 0 ? node.host() : "[" + node.host() + "]") + ":" + node.port())
                .collect(Collectors.joining(","));
    }

    private static void add(List<String> options, String name, @Nullable String value) {
        if (value != null) {
            options.add(name + "=" + encode(value));
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
