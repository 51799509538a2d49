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
package io.coordination.driver.zookeeper;

import io.coordination.spi.Options;
import io.coordination.spi.StoreException;
import io.coordination.spi.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * What a URL asks for.
 *
 * @param servers the servers, as the client library wants them
 * @param tree where things are
 * @param timeout the session's time to ask for
 * @param digest user and password, or null
 */
record Settings(
        String servers,
        Tree tree,
        Duration timeout,
        byte @Nullable [] digest,
        @Nullable SSLContext tls) {

    private static final String TIMEOUT = "timeout";
    private static final String NAMESPACE = "namespace";
    private static final int PORT = 2181;
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_SESSION = Duration.ofHours(24);

    static Settings of(Target target) {
        var url = target.url();
        var options = Options.of(url, Set.of(TIMEOUT, NAMESPACE));
        var servers = url.hosts().stream()
                .map(host -> (host.name().indexOf(':') < 0 ? host.name() : "[" + host.name() + "]") + ":"
                        + host.portOr(PORT))
                .collect(Collectors.joining(","));
        var namespace = target.namespace().isEmpty() ? options.text(NAMESPACE, "") : target.namespace();
        var timeout = options.duration(TIMEOUT, target.lease());
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST_SESSION) > 0) {
            throw new StoreException(
                    StoreException.Reason.BAD_OPTION, "option 'timeout' must be from 1 s to 24 h, but is " + timeout);
        }
        return new Settings(
                servers.isEmpty() ? "localhost:" + PORT : servers,
                new Tree(chroot(url.path()), namespace),
                timeout,
                url.username()
                        .flatMap(user -> url.password().map(password -> (user + ":" + password)))
                        .map(digest -> digest.getBytes(StandardCharsets.UTF_8))
                        .orElse(null),
                target.tls());
    }

    /** How long to wait for a connection; less than what is believed from before it was asked for. */
    Duration patience() {
        return patience(timeout);
    }

    static Duration patience(Duration timeout) {
        var half = timeout.dividedBy(2);
        return half.compareTo(LONGEST_PATIENCE) < 0 ? half : LONGEST_PATIENCE;
    }

    /** Fails where TLS is wanted and the client has none. ZooKeeper's client takes its keys from files, never a context. */
    void requireTlsOf(ZKClientConfig client) {
        if (tls != null && !client.getBoolean(ZKClientConfig.SECURE_CLIENT)) {
            throw new StoreException(
                    StoreException.Reason.BAD_OPTION,
                    "TLS is wanted, but ZooKeeper's client is not set up for it: it takes its keys from files; set"
                            + " zookeeper.client.secure=true, zookeeper.clientCnxnSocket=ClientCnxnSocketNetty and"
                            + " zookeeper.ssl.* in ZooKeeperDriver.with(...), as system properties, or in the"
                            + " CuratorFramework that is shared");
        }
    }

    List<ACL> acl() {
        return digest == null ? ZooDefs.Ids.OPEN_ACL_UNSAFE : ZooDefs.Ids.CREATOR_ALL_ACL;
    }

    private static String chroot(String path) {
        var chroot = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        try {
            if (!chroot.isEmpty()) {
                PathUtils.validatePath(chroot);
            }
            return chroot;
        } catch (IllegalArgumentException bad) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    "the path of the URL is no path in ZooKeeper: " + bad.getMessage(),
                    bad);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Settings[" + servers + ", " + tree.base() + "]";
    }
}
