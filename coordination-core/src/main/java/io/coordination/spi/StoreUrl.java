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
package io.coordination.spi;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is: {@code scheme://[user[:password]@][host[:port][,host[:port]]...][/path][?option=value[&option=value]...]}.
 *
 * <p>User, password, path and options are percent-decoded once; a {@code +} stands for itself. Only the form is checked
 * here: whether a store takes a host, a path or an option is for its driver to say.
 *
 * <p>{@link #toString()} is safe for logs, endpoints and messages: it never shows a password, nor the value of an option
 * that is not known to be harmless.
 */
public final class StoreUrl {

    private static final String MASK = "***";
    private static final Pattern HARMLESS = Pattern.compile(
            "(?i)(.*[._-])?(timeout|interval|ttl|namespace|db|database|schema|ssl|tls|locks|poll|retries|version)");
    private static final Pattern SECRET = Pattern.compile("(?i).*(pass|pwd|secret|token|key|credential|auth).*");

    private final String scheme;
    private final @Nullable String username;
    private final @Nullable String password;
    private final List<Host> hosts;
    private final String path;
    private final Map<String, String> options;

    StoreUrl(
            String scheme,
            @Nullable String username,
            @Nullable String password,
            List<Host> hosts,
            String path,
            Map<String, String> options) {
        this.scheme = scheme;
        this.username = username;
        this.password = password;
        this.hosts = hosts;
        this.path = path;
        this.options = options;
    }

    /**
     * Parses a URL.
     *
     * @param text the URL
     * @return its parts
     * @throws StoreException {@code BAD_URL}; the message names the rule and the mend, and repeats nothing of the URL that
     *     may be part of a secret
     */
    public static StoreUrl parse(String text) {
        return StoreUrlParser.parse(Objects.requireNonNull(text, "the URL of the store must not be null"));
    }

    /**
     * What comes before {@code ://}.
     *
     * @return the scheme in lower case
     */
    public String scheme() {
        return scheme;
    }

    /**
     * The user.
     *
     * @return the decoded user, never an empty text
     */
    public Optional<String> username() {
        return Optional.ofNullable(username);
    }

    /**
     * The password.
     *
     * @return the decoded password, never an empty text
     */
    public Optional<String> password() {
        return Optional.ofNullable(password);
    }

    /**
     * The hosts.
     *
     * @return the hosts in their order, empty for a URL without any
     */
    public List<Host> hosts() {
        return hosts;
    }

    /**
     * What comes after the hosts.
     *
     * @return the decoded path: empty, or beginning with {@code /}
     */
    public String path() {
        return path;
    }

    /**
     * What comes after the question mark. Drivers read it through {@link Options}.
     *
     * @return the decoded options in their order, unmodifiable
     */
    public Map<String, String> options() {
        return options;
    }

    /**
     * The same URL with other credentials, for those that are configured apart from it.
     *
     * @param user the user, or null or empty for none
     * @param password the password, or null or empty for none
     * @return a URL with these credentials and all else from this one
     */
    public StoreUrl withCredentials(@Nullable String user, @Nullable String password) {
        return new StoreUrl(
                scheme, StoreUrlParser.emptyToNull(user), StoreUrlParser.emptyToNull(password), hosts, path, options);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoreUrl that
                && scheme.equals(that.scheme)
                && Objects.equals(username, that.username)
                && Objects.equals(password, that.password)
                && hosts.equals(that.hosts)
                && path.equals(that.path)
                && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme, username, password, hosts, path, options);
    }

    /**
     * The URL with its secrets masked. Not meant to be parsed again.
     *
     * @return the URL on one line
     */
    @Override
    public String toString() {
        var user = "";
        if (password != null) {
            user = (username == null ? "" : Names.printable(username)) + ":" + MASK + "@";
        } else if (username != null) {
            // Some clients read redis://x@host as the password x.
            user = MASK + "@";
        }
        return scheme + "://" + user + hosts.stream().map(Host::toString).collect(Collectors.joining(","))
                + Names.printable(path)
                + options.entrySet().stream()
                        .map(option -> option.getKey() + "=" + shown(option.getKey(), option.getValue()))
                        .collect(Collectors.joining("&", options.isEmpty() ? "" : "?", ""));
    }

    private static String shown(String option, String value) {
        var harmless =
                HARMLESS.matcher(option).matches() && !SECRET.matcher(option).matches();
        return harmless ? Names.excerpt(value) : MASK;
    }

    /**
     * A server's address.
     *
     * @param name a host name or an IP address; one of version 6 without brackets, with its zone after {@code %}
     * @param port the port, or -1 where the URL has none
     */
    public record Host(String name, int port) {

        /**
         * The port to connect to.
         *
         * @param standard the store's standard port
         * @return the port, or the standard one where the URL has none
         */
        public int portOr(int standard) {
            return port < 0 ? standard : port;
        }

        /** The form it has in a URL. */
        @Override
        public String toString() {
            var host = name.indexOf(':') < 0 ? name : "[" + name.replace("%", "%25") + "]";
            return port < 0 ? host : host + ":" + port;
        }
    }
}
