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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The members of a watched group that need not be read again. Answers and events come on one thread, in the order of what
 * happened, so that a node which was read since the watch began is as it was until an event names it.
 */
final class KnownMembers {

    private final Map<String, Client.Node> nodes = new ConcurrentHashMap<>();
    private volatile boolean watched;

    /** From now on events tell of every change. */
    void begin() {
        watched = true;
    }

    /** Must come on the thread of the events. */
    void read(Client.Node node) {
        if (watched) {
            nodes.put(node.path(), node);
        }
    }

    /** What happens while there is no connection is not told later. */
    void heard(WatchedEvent event) {
        if (event.getType() == EventType.PersistentWatchRemoved) {
            watched = false;
        }
        if (event.getType() == EventType.None || !watched) {
            nodes.clear();
        } else {
            nodes.remove(event.getPath());
        }
    }

    Client.@Nullable Node find(String path) {
        return nodes.get(path);
    }
}
