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

import io.coordination.spi.Clock;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** A ZooKeeper session for one member alone; it ends with the member's. */
final class OwnConnection implements Connection {

    private final ZooKeeper zk;

    private OwnConnection(ZooKeeper zk) {
        this.zk = zk;
    }

    static Connection connect(Settings settings, Duration patience, Map<String, String> properties) {
        var connected = new CompletableFuture<Watcher.Event.KeeperState>();
        var config = new ZKClientConfig();
        // Of the client's own waits only the one for the end of the session is used.
        config.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, String.valueOf(patience.toMillis()));
        properties.forEach(config::setProperty);
        settings.requireTlsOf(config);
        ZooKeeper zk;
        try {
            var timeout = Math.toIntExact(settings.timeout().toMillis());
            zk = new ZooKeeper(settings.servers(), timeout, event -> first(event, connected), config);
        } catch (IOException | IllegalArgumentException unusable) {
            throw new StoreException(
                    Reason.UNREACHABLE, "could not connect to ZooKeeper at " + settings.servers(), unusable);
        }
        var connection = new OwnConnection(zk);
        try {
            if (settings.digest() != null) {
                zk.addAuthInfo("digest", settings.digest());
            }
            FirstConnection.await(wait -> isDone(connected, wait), settings.servers(), settings.tls(), patience);
            if (connected.join() != Watcher.Event.KeeperState.SyncConnected) {
                throw new StoreException(Reason.REFUSED, "ZooKeeper refuses the client's credentials");
            }
            return connection;
        } catch (InterruptedException hurried) {
            connection.close(() -> {});
            Thread.currentThread().interrupt();
            throw new StoreException(Reason.UNREACHABLE, "interrupted while connecting to ZooKeeper", hurried);
        } catch (StoreException refused) {
            connection.close(() -> {});
            throw refused;
        }
    }

    private static boolean isDone(CompletableFuture<?> connected, Duration wait) throws InterruptedException {
        try {
            connected.get(wait.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException notYet) {
            return false;
        }
    }

    private static void first(WatchedEvent event, CompletableFuture<Watcher.Event.KeeperState> connected) {
        switch (event.getState()) {
            case SyncConnected, AuthFailed -> connected.complete(event.getState());
            default -> {}
        }
    }

    @Override
    public ZooKeeperSession begin(Settings settings, String member, Clock clock, long asked, SessionEvents events) {
        var granted = Duration.ofMillis(zk.getSessionTimeout());
        var client = new Client(zk, settings.acl(), clock, Settings.patience(granted));
        var session = new ZooKeeperSession(this, client, settings.tree(), member, granted, clock, asked, events);
        zk.register(session);
        session.begin();
        return session;
    }

    @Override
    public void close(Runnable cleanUp) {
        try {
            zk.close();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
