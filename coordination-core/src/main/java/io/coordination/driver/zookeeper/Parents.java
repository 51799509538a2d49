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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.KeeperException.Code;

/** The nodes above claims and members. Each is made once, in the same trip as what first needs it. */
final class Parents {

    private static final int REMEMBERED = 10_000;
    private static final byte[] EMPTY = {};

    private final Client client;
    private final Tree tree;
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    Parents(Client client, Tree tree) {
        this.client = client;
        this.tree = tree;
    }

    /** Sends along the making of whatever of a path this session has not made yet. */
    List<CompletableFuture<Answer<Client.Node>>> make(String path) {
        if (made.contains(path)) {
            return List.of();
        }
        if (made.size() > REMEMBERED) {
            made.clear();
        }
        var answers = new ArrayList<CompletableFuture<Answer<Client.Node>>>();
        for (var node : Tree.withAncestors(path)) {
            if (made.add(node)) {
                answers.add(client.create(node, EMPTY, tree.modeOf(node)));
            }
        }
        return answers;
    }

    /** A node below was missing: all above it is made anew the next time, unless the ensemble does not allow it. */
    void missed(String path, List<CompletableFuture<Answer<Client.Node>>> making) {
        forget(path);
        for (var made : making) {
            // It was asked for before what was missing, and answered before it, too.
            var answer = client.await(made);
            if (answer.is(Code.NOAUTH)) {
                throw answer.failure();
            }
        }
    }

    void forget(String path) {
        made.removeAll(Tree.withAncestors(path));
    }
}
