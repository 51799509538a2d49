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

import io.coordination.driver.support.PartedSession;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Clock;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/**
 * A member's standing with an ensemble, on one ZooKeeper session. What it makes is ephemeral there.
 *
 * <p>It is believed for half of the session's time after the last answer to a {@code sync}: servers tell the leader of a
 * client's signs of life only now and then, so the whole time may be over there earlier than here, and a server that is cut
 * off goes on answering plain reads.
 */
final class ZooKeeperSession extends PartedSession implements Watcher {

    private static final Set<Characteristic> CHARACTERISTICS = Set.of(
            Characteristic.DISTRIBUTED_ACROSS_THREADS,
            Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
            Characteristic.DISTRIBUTED_ACROSS_HOSTS,
            Characteristic.SEQUENTIAL,
            Characteristic.CAUSAL,
            Characteristic.FENCING,
            Characteristic.NOTIFIES,
            Characteristic.FAIR);

    private final Connection connection;
    private final Client client;
    private final Tree tree;
    private final Clock clock;
    private final SessionEvents events;
    private final Traits traits;
    private final Parents parents;
    private final Lines lines;
    private final Groups groups;
    private final Set<KeyWatch> watches = ConcurrentHashMap.newKeySet();

    private volatile long confirmed;

    ZooKeeperSession(
            Connection connection,
            Client client,
            Tree tree,
            String member,
            Duration timeout,
            Clock clock,
            long asked,
            SessionEvents events) {
        this.connection = connection;
        this.client = client;
        this.tree = tree;
        this.clock = clock;
        this.events = events;
        this.confirmed = asked;
        this.traits = new Traits(CHARACTERISTICS, timeout.dividedBy(2), Duration.ZERO, TokenDurability.CONSENSUS);
        this.parents = new Parents(client, tree);
        this.lines = new Lines(client, tree, parents, member, this, events);
        this.groups = new Groups(client, tree, parents, member, this);
    }

    /** Makes the namespace, or sees in the same trip that it is not another user's. */
    void begin() {
        var answers = parents.make(tree.base());
        var base = client.read(tree.base(), null);
        client.await(answers.get(answers.size() - 1)).requireOkOr(Code.NODEEXISTS);
        client.await(base).get();
    }

    Client client() {
        return client;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    protected LockCalls lockCalls() {
        return lines;
    }

    @Override
    protected GroupCalls groupCalls() {
        return groups;
    }

    @Override
    public Watch watch(Key key, Runnable changed) {
        client.requireStanding();
        var members = key.kind() == Key.Kind.GROUP ? groups.know(key) : null;
        var watch = new KeyWatch(client, tree.watched(key), members, changed, ended -> {
            watches.remove(ended);
            groups.forget(key, members);
        });
        watches.add(watch);
        try {
            watch.arm();
        } catch (StoreException notArmed) {
            watch.close();
            throw notArmed;
        }
        return watch;
    }

    /** Asks the leader, and from then on watches what has been held and joined since the last time. */
    @Override
    public Duration renew() {
        client.requireStanding();
        var sent = clock.nanoTime();
        var answer = client.sync(tree.base());
        var posted = lines.guards().post(lines.claims());
        var seats = groups.post();
        try {
            client.await(answer).get();
            lines.guards().check(posted);
            groups.check(seats);
        } catch (StoreException failure) {
            lines.guards().recall(posted);
            groups.recall(seats);
            if (failure.reason() == Reason.SESSION_LOST) {
                lost("the ensemble ended it");
            }
            throw failure;
        }
        confirmed = sent;
        lines.endIdleViews();
        return traits.lease();
    }

    @Override
    public void close() {
        if (client.end()) {
            connection.close(this::cleanUp);
        }
    }

    /** Removes what would live on with a shared session; waits for the first attempt and leaves it at that. */
    private void cleanUp() {
        var claimed = lines.claims().stream().map(ZooKeeperClaim::path);
        var deletions = Stream.concat(groups.paths().stream(), claimed)
                .map(client::deleteSurely)
                .toList();
        watches.forEach(KeyWatch::close);
        lines.endViews();
        client.unwatch(tree.base(), this);
        try {
            deletions.forEach(client::await);
        } catch (StoreException later) {
            // The client goes on trying.
        }
    }

    @Override
    public void process(WatchedEvent event) {
        if (client.isEnded()) {
            return;
        }
        switch (event.getState()) {
            case Disconnected, ConnectedReadOnly -> events.suspended(beliefLeft());
            case Closed -> lost("the application closed its client");
            case Expired -> lost("the ensemble ended it");
            case AuthFailed -> lost("the ensemble refuses user and password");
            default -> {
                if (event.getType() == Event.EventType.None) {
                    connectedAgain();
                } else {
                    lines.changed(event.getPath(), event.getType() == Event.EventType.NodeDeleted);
                    groups.changed(event.getPath());
                }
            }
        }
    }

    /** The client library watches again by itself; what happened meanwhile is looked for. */
    private void connectedAgain() {
        events.live();
        lines.claims().forEach(ZooKeeperClaim::wake);
        watches.forEach(KeyWatch::changed);
    }

    private void lost(String reason) {
        if (client.end()) {
            events.lost(reason);
            connection.close(() -> {});
        }
    }

    private Duration beliefLeft() {
        var whole = traits.lease().toNanos();
        var left = whole - whole / 100 - Duration.ofMillis(50).toNanos() - (clock.nanoTime() - confirmed);
        return Duration.ofNanos(Math.max(0, left));
    }
}
