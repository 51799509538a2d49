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

import io.coordination.spi.Options;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.StoreUrl.Host;
import io.coordination.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a URL asks for.
 *
 * @param hosts the server, the nodes of a cluster, or the sentinels
 * @param user the server's user, or null
 * @param password the server's password, or null
 * @param database the number of the database
 * @param sentinels how to ask sentinels for the server, or null
 * @param namespace the namespace, empty for tooz's
 * @param lease for how long the server keeps what a silent session holds
 * @param secure whether to connect with TLS
 * @param tls the TLS configuration, null for the platform's
 */
record Settings(
        List<Host> hosts,
        @Nullable String user,
        @Nullable String password,
        int database,
        @Nullable Sentinels sentinels,
        String namespace,
        Duration lease,
        boolean secure,
        @Nullable SSLContext tls) {

    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final Set<String> OPTIONS = Set.of(
            "timeout",
            "namespace",
            "db",
            "ssl",
            "sentinel",
            "sentinel_fallback",
            "sentinel_username",
            "sentinel_password");
    private static final Pattern DATABASE = Pattern.compile("/?([0-9]{1,5})?");
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST_LEASE = Duration.ofHours(24);

    /**
     * How to ask sentinels.
     *
     * @param primary the name that the sentinels know the server by
     * @param user their user, or null
     * @param password their password, or null
     */
    record Sentinels(
            String primary, @Nullable String user, @Nullable String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return "Sentinels[" + primary + "]";
        }
    }

    static Settings of(Target target) {
        var url = target.url();
        var options = Options.of(url, OPTIONS);
        var lease = options.duration("timeout", target.lease());
        if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new StoreException(Reason.BAD_OPTION, "option 'timeout' must be from 1 s to 24 h, but is " + lease);
        }
        if (url.username().isPresent() && url.password().isEmpty()) {
            throw new StoreException(
                    Reason.BAD_URL,
                    "the URL has a user but no password; write a password alone as redis://:password@host");
        }
        var secure = url.scheme().equals("rediss") || options.flag("ssl", false);
        if (target.tls() != null && !secure) {
            throw new StoreException(Reason.BAD_URL, "TLS is configured but the URL is redis://; write rediss://");
        }
        return new Settings(
                hosts(url, options),
                url.username().orElse(null),
                url.password().orElse(null),
                database(url, options),
                sentinels(options),
                target.namespace().isEmpty() ? options.text("namespace", "") : target.namespace(),
                lease,
                secure,
                target.tls());
    }

    private static List<Host> hosts(StoreUrl url, Options options) {
        var hosts = new ArrayList<>(url.hosts().isEmpty() ? List.of(new Host("localhost", -1)) : url.hosts());
        var fallback = options.text("sentinel_fallback").orElse("");
        if (!fallback.isEmpty()) {
            hosts.addAll(StoreUrl.parse("redis://" + fallback).hosts());
        }
        return List.copyOf(hosts);
    }

    private static @Nullable Sentinels sentinels(Options options) {
        var primary = options.text("sentinel").orElse(null);
        if (primary != null) {
            return new Sentinels(
                    primary,
                    options.text("sentinel_username").orElse(null),
                    options.text("sentinel_password").orElse(null));
        }
        for (var other : List.of("sentinel_fallback", "sentinel_username", "sentinel_password")) {
            if (options.text(other).isPresent()) {
                throw new StoreException(
                        Reason.BAD_OPTION, "option '" + other + "' needs option 'sentinel', the name of the primary");
            }
        }
        return null;
    }

    private static int database(StoreUrl url, Options options) {
        var path = DATABASE.matcher(url.path());
        if (!path.matches()) {
            throw new StoreException(
                    Reason.BAD_URL, "the path of the URL must be the number of a database, as in redis://host/0");
        }
        var inPath = path.group(1);
        if (inPath != null && options.text("db").isPresent()) {
            throw new StoreException(Reason.BAD_URL, "the URL has a database in its path and option 'db'; remove one");
        }
        return inPath != null ? Integer.parseInt(inPath) : options.integer("db", 0, 0, 99_999);
    }

    /** How long to wait for an answer; several fit into what is believed. */
    Duration patience() {
        var third = lease.dividedBy(3);
        return third.compareTo(LONGEST_PATIENCE) < 0 ? third : LONGEST_PATIENCE;
    }

    int port(Host host) {
        return host.portOr(sentinels == null ? PORT : SENTINEL_PORT);
    }

    /** The hosts, for a message. */
    String where() {
        return hosts.stream()
                .map(host -> new Host(host.name(), port(host)).toString())
                .collect(Collectors.joining(","));
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "Settings[" + where() + "/" + database + ", " + namespace + "]";
    }
}
