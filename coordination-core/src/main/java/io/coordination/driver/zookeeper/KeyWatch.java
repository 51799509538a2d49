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

import io.coordination.spi.Session;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/** Watches a node and its children, whether they exist yet or not, without ever being armed again. */
final class KeyWatch implements Session.Watch, Watcher {

    private final Client client;
    private final String path;
    /** Null where the node is no group's. */
    private final @Nullable KnownMembers members;

    private final Runnable changed;
    private final Consumer<KeyWatch> ended;
    private final AtomicBoolean closed = new AtomicBoolean();

    KeyWatch(Client client, String path, @Nullable KnownMembers members, Runnable changed, Consumer<KeyWatch> ended) {
        this.client = client;
        this.path = path;
        this.members = members;
        this.changed = changed;
        this.ended = ended;
    }

    void arm() {
        client.await(client.watch(path, this, AddWatchMode.PERSISTENT_RECURSIVE))
                .get();
        if (members != null) {
            members.begin();
        }
    }

    @Override
    public void process(WatchedEvent event) {
        if (members != null) {
            members.heard(event);
        }
        if (event.getType() == Event.EventType.None) {
            return;
        }
        var node = event.getPath();
        var direct = node.equals(path) || Tree.parent(node).equals(path);
        if (direct && !(members != null && Tree.name(node).equals(Tree.LEADER))) {
            changed();
        }
    }

    void changed() {
        if (!closed.get()) {
            changed.run();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            ended.accept(this);
            client.unwatch(path, this);
        }
    }
}
