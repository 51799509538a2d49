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

import io.coordination.spi.SessionEvents;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;

/** Watches the nodes of claims that are held for longer, and tells when somebody else deletes one. */
final class Guards {

    private final Client client;
    private final Watcher watcher;
    private final SessionEvents events;
    private final Map<String, ZooKeeperClaim> guarded = new ConcurrentHashMap<>();
    private final Set<ZooKeeperClaim> lost = ConcurrentHashMap.newKeySet();

    Guards(Client client, Watcher watcher, SessionEvents events) {
        this.client = client;
        this.watcher = watcher;
        this.events = events;
    }

    /** Sends the guards ahead to all that were taken since the last time. */
    Map<ZooKeeperClaim, CompletableFuture<Answer<Client.Node>>> post(Collection<ZooKeeperClaim> claims) {
        // Of a claim that was lost right after its grant nobody may have been there to hear.
        for (var claim : lost) {
            tell(claim);
            claim.forget();
        }
        var posted = new LinkedHashMap<ZooKeeperClaim, CompletableFuture<Answer<Client.Node>>>();
        for (var claim : claims) {
            if (claim.held() && !claim.isOver() && guarded.putIfAbsent(claim.path(), claim) == null) {
                posted.put(claim, client.read(claim.path(), watcher));
            }
        }
        return posted;
    }

    void check(Map<ZooKeeperClaim, CompletableFuture<Answer<Client.Node>>> posted) {
        posted.forEach((claim, asked) -> {
            var node = client.await(asked);
            node.requireOkOr(Code.NONODE);
            if (node.is(Code.NONODE)) {
                changed(claim.path(), true);
            }
        });
    }

    /** Whether they stand is unknown; the next ones are posted anew. */
    void recall(Map<ZooKeeperClaim, CompletableFuture<Answer<Client.Node>>> posted) {
        posted.keySet().forEach(claim -> guarded.remove(claim.path(), claim));
    }

    /** A watch on a node is used up. */
    void changed(String path, boolean deleted) {
        var claim = guarded.remove(path);
        if (claim != null && deleted && !claim.isOver() && lost.add(claim)) {
            tell(claim);
        }
    }

    void forget(ZooKeeperClaim claim) {
        guarded.remove(claim.path());
        lost.remove(claim);
    }

    private void tell(ZooKeeperClaim claim) {
        events.lost(claim.key(), claim.id(), "it was taken away: its node was deleted");
    }
}
