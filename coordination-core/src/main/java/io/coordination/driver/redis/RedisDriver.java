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

import io.coordination.spi.Characteristic;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.Traits;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code redis://user:password@host:6379/0}, {@code rediss://} with TLS: a Redis server, version 5 or newer, or what speaks its
 * protocol. The keys are tooz's, so Python's tooz and this library meet in the same locks, elections and groups.
 *
 * <p>Options: {@code timeout} (the lease, default is the coordinator's session timeout), {@code namespace} (default is the
 * coordinator's, and {@code _tooz} where it has none), {@code db}, {@code ssl}, and with {@code sentinel} the name of the primary
 * that the hosts, which are sentinels then, know it by; {@code sentinel_fallback}, {@code sentinel_username} and
 * {@code sentinel_password} go with it. Needs {@code io.lettuce:lettuce-core} on the class path.
 */
public final class RedisDriver implements Driver {

    private static final Logger LOG = LoggerFactory.getLogger(RedisDriver.class);

    private static final Set<Characteristic> CHARACTERISTICS = Set.of(
            Characteristic.DISTRIBUTED_ACROSS_THREADS,
            Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
            Characteristic.DISTRIBUTED_ACROSS_HOSTS,
            Characteristic.CAUSAL,
            Characteristic.FENCING,
            Characteristic.NOTIFIES,
            Characteristic.FAIR);

    private final Connector connector;
    private final AtomicReference<List<String>> warned = new AtomicReference<>(List.of());

    /** For the service loader: every session has connections of its own. */
    public RedisDriver() {
        this((settings, with) -> new OwnServers(settings));
    }

    private RedisDriver(Connector connector) {
        this.connector = connector;
    }

    /**
     * A driver whose sessions make their two connections with the application's client, to the server that it was made for. The
     * client is not closed, and of the URL only the namespace and {@code timeout} count.
     *
     * @param client a client that was made with the address of a server or of sentinels; of a cluster it must be the other kind
     * @return the driver
     */
    public static Driver around(RedisClient client) {
        return new RedisDriver((settings, with) -> new SharedServers(client, with.executor()));
    }

    /**
     * A driver whose sessions make their two connections to a node of the application's cluster, the one that has the namespace,
     * with the client's threads and options. The client is not closed. Of the URL its user and password count, which the client
     * does not tell, the namespace, and {@code timeout}.
     *
     * @param client a client that was made with addresses of nodes
     * @return the driver
     */
    public static Driver around(RedisClusterClient client) {
        return new RedisDriver((settings, with) -> new SharedCluster(client, settings));
    }

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        try {
            var settings = Settings.of(target);
            var store = new Store(connector.connect(settings, with), with, settings.patience());
            try {
                return begin(store, settings, target, with, events);
            } catch (StoreException notOpened) {
                store.close();
                throw notOpened;
            }
        } catch (NoClassDefFoundError missing) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    target.url().scheme() + ":// needs io.lettuce:lettuce-core on the class path; add that jar",
                    missing);
        }
    }

    private Session begin(Store store, Settings settings, Target target, Surroundings with, SessionEvents events) {
        store.connect(settings.where());
        var facts = Facts.of(store);
        facts.require();
        warn(facts.warnings(), target);
        var keys = new Keyspace(settings.namespace(), facts.isCluster());
        if (facts.isCluster()) {
            store.locate(keys.token(), settings.where());
        } else if (settings.hosts().size() > 1 && settings.sentinels() == null) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    "the URL names several hosts, but they are no cluster; name one, or with ?sentinel= the primary's name");
        }
        var traits = new Traits(CHARACTERISTICS, settings.lease(), Duration.ZERO, facts.tokens());
        var session = new RedisSession(store, keys, target.memberId(), traits, with.scheduler(), events);
        session.begin(settings.where());
        return session;
    }

    /** Once, unless what there is to warn of changes. */
    private void warn(List<String> warnings, Target target) {
        if (!warned.getAndSet(warnings).equals(warnings) && !warnings.isEmpty()) {
            LOG.warn("The Redis server at {}: {}", target.url(), String.join("; ", warnings));
        }
    }

    /** Loads the client's classes only when a session is opened. */
    @FunctionalInterface
    private interface Connector {
        Servers connect(Settings settings, Surroundings with);
    }
}
