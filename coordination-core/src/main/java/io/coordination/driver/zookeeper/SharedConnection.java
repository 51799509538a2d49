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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.ZooKeeper;

/** The ZooKeeper session of the application's client, which lives on when the member's ends. */
final class SharedConnection implements Connection {

    private final ZooKeeper zk;

    private SharedConnection(ZooKeeper zk) {
        this.zk = zk;
    }

    static Connection connect(CuratorFramework client, Settings settings, Duration patience) {
        var curator = client.getZookeeperClient();
        try {
            FirstConnection.await(
                    wait -> client.blockUntilConnected((int) wait.toMillis(), TimeUnit.MILLISECONDS),
                    curator.getCurrentConnectionString(),
                    settings.tls(),
                    patience);
            // Requests are made past the client, which would repeat them and move them to a session of its own choice.
            var zk = curator.getZooKeeper();
            settings.requireTlsOf(zk.getClientConfig());
            return new SharedConnection(zk);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new StoreException(Reason.UNREACHABLE, "interrupted while connecting to ZooKeeper", hurried);
        } catch (StoreException unreachable) {
            throw unreachable;
        } catch (Exception unusable) {
            throw new StoreException(Reason.UNREACHABLE, "the application's CuratorFramework has no session", unusable);
        }
    }

    @Override
    public ZooKeeperSession begin(Settings settings, String member, Clock clock, long asked, SessionEvents events) {
        var granted = Duration.ofMillis(zk.getSessionTimeout());
        var client = new Client(zk, settings.acl(), clock, Settings.patience(granted));
        var session = new ZooKeeperSession(this, client, settings.tree(), member, granted, clock, asked, events);
        session.begin();
        // Whatever is watched also hears of what becomes of the connection.
        client.await(client.watch(settings.tree().base(), session, AddWatchMode.PERSISTENT))
                .get();
        return session;
    }

    @Override
    public void close(Runnable cleanUp) {
        cleanUp.run();
    }
}
