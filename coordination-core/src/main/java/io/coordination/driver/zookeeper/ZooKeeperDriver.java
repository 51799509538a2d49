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

import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;

/**
 * {@code zookeeper://host:2181,host2:2181/chroot}, alias {@code kazoo://}: an ensemble of ZooKeeper servers, version 3.6 or
 * newer. The tree is tooz's, so Python's tooz and this library meet in the same locks, elections and groups.
 *
 * <p>Options: {@code timeout} (the session's time, default is the coordinator's) and {@code namespace} (default is the
 * coordinator's, and {@code tooz} where it has none). User and password are ZooKeeper's {@code digest}; with them all nodes
 * are made for the creator only. Needs {@code org.apache.zookeeper:zookeeper} on the class path.
 */
public final class ZooKeeperDriver implements Driver {

    private final Connector connector;

    /** For the service loader: every session has a connection of its own. */
    public ZooKeeperDriver() {
        this((settings, patience) -> OwnConnection.connect(settings, patience, Map.of()));
    }

    private ZooKeeperDriver(Connector connector) {
        this.connector = connector;
    }

    /**
     * A driver whose sessions stand on the application's client, for as long as that client's own session lives. The client
     * is neither started nor closed, its own namespace is not applied, and of the URL only the path and the namespace count.
     *
     * @param client a started client
     * @return the driver
     */
    public static Driver around(CuratorFramework client) {
        return new ZooKeeperDriver((settings, patience) -> SharedConnection.connect(client, settings, patience));
    }

    /**
     * A driver whose sessions have connections of their own, made with ZooKeeper's client properties: those of TLS, such as
     * {@code zookeeper.client.secure} and {@code zookeeper.ssl.trustStore.location}, or of SASL. They come before system
     * properties of the same names, and are never written anywhere.
     *
     * @param properties the properties, as ZooKeeper's documentation names them
     * @return the driver
     */
    public static Driver with(Map<String, String> properties) {
        var copy = Map.copyOf(properties);
        return new ZooKeeperDriver((settings, patience) -> OwnConnection.connect(settings, patience, copy));
    }

    @Override
    public Set<String> schemes() {
        return Set.of("zookeeper", "kazoo");
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        try {
            var settings = Settings.of(target);
            var asked = with.clock().nanoTime();
            var connection = connector.connect(settings, settings.patience());
            try {
                return connection.begin(settings, target.memberId(), with.clock(), asked, events);
            } catch (StoreException notLetIn) {
                connection.close(() -> {});
                throw notLetIn;
            }
        } catch (NoClassDefFoundError missing) {
            throw new StoreException(
                    StoreException.Reason.BAD_URL,
                    target.url().scheme() + ":// needs org.apache.zookeeper:zookeeper on the class path; add that jar",
                    missing);
        }
    }

    /** Loads the client's classes only when a session is opened. */
    @FunctionalInterface
    private interface Connector {
        Connection connect(Settings settings, Duration patience);
    }
}
