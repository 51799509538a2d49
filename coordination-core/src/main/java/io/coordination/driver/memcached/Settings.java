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
package io.coordination.driver.memcached;

import io.coordination.spi.Options;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.Target;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a URL asks for.
 *
 * @param host the server
 * @param port its port
 * @param layout under which keys things are
 * @param seconds how long the server keeps what the session holds without renewal, at least but for one second
 * @param tls for a connection with TLS, or null
 */
record Settings(
        String host,
        int port,
        Layout layout,
        int seconds,
        @Nullable SSLContext tls) {

    private static final String TIMEOUT = "timeout";
    private static final String NAMESPACE = "namespace";
    private static final int PORT = 11211;
    private static final Duration LONGEST_SESSION = Duration.ofHours(24);
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(2);

    /** Of a shorter time nothing would be left to believe, as the server may count it a second short. */
    private static final int LEAST_SECONDS = 2;

    static Settings of(Target target) {
        var url = target.url();
        var options = Options.of(url, Set.of(TIMEOUT, NAMESPACE));
        if (url.hosts().size() > 1) {
            throw new StoreException(
                    Reason.BAD_URL,
                    "memcached:// takes one server: several would share out the keys, and one that is added or lost would"
                            + " move them");
        }
        if (!url.path().isEmpty() && !url.path().equals("/")) {
            throw new StoreException(Reason.BAD_URL, "memcached:// takes no path; use ?namespace=name");
        }
        if (url.username().isPresent() || url.password().isPresent()) {
            throw new StoreException(
                    Reason.BAD_URL,
                    "memcached:// takes no user and password; keep strangers out by the network, or by TLS with client"
                            + " certificates");
        }
        var timeout = options.duration(TIMEOUT, target.lease());
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST_SESSION) > 0) {
            throw new StoreException(Reason.BAD_OPTION, "option 'timeout' must be from 1 s to 24 h, but is " + timeout);
        }
        var host = url.hosts().isEmpty() ? null : url.hosts().get(0);
        var namespace = target.namespace().isEmpty() ? options.text(NAMESPACE, "coordination") : target.namespace();
        return new Settings(
                host == null ? "localhost" : host.name(),
                host == null ? PORT : host.portOr(PORT),
                new Layout(namespace),
                Math.max(
                        LEAST_SECONDS,
                        Math.toIntExact(timeout.plusNanos(999_999_999).toSeconds())),
                target.tls());
    }

    InetSocketAddress address() {
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new StoreException(Reason.UNREACHABLE, "the host " + host + " is not known");
        }
        return address;
    }

    Duration lease() {
        return Duration.ofSeconds(seconds);
    }

    /**
     * The time of a session's key, in seconds. The server's clock shows whole seconds and ticks once in a second, at any part of
     * it, and another part since a tick was late: so a key may live two seconds shorter than it was told.
     */
    int kept() {
        return seconds + 1;
    }

    /** How long to wait for an answer. */
    Duration patience() {
        var third = lease().dividedBy(3);
        return third.compareTo(LONGEST_PATIENCE) < 0 ? third : LONGEST_PATIENCE;
    }

    /** What members that can meet have in common. */
    String meeting() {
        return host + ":" + port + "/" + layout.namespace();
    }

    @Override
    public String toString() {
        return "Settings[" + meeting() + "]";
    }
}
