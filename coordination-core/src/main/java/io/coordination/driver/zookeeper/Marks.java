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

import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/** The marks of locks, a node each. The version last seen goes with a change, which so takes one trip where nobody else made one. */
final class Marks {

    private static final int REMEMBERED = 10_000;
    private static final Seen NONE = new Seen(0, -1);

    private final Client client;
    private final Tree tree;
    private final Parents parents;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(long mark, int version) {}

    Marks(Client client, Tree tree, Parents parents) {
        this.client = client;
        this.tree = tree;
        this.parents = parents;
    }

    long exchange(Key lock, long expected, long mark) {
        client.requireStanding();
        var path = tree.mark(lock);
        var known = seen.getOrDefault(path, NONE);
        while (known.mark() != expected || expected == mark || !replace(path, known, mark)) {
            known = look(path);
            if (known.mark() != expected || expected == mark) {
                return known.mark();
            }
        }
        return expected;
    }

    private Seen look(String path) {
        var answer = client.await(client.read(path, null));
        answer.requireOkOr(Code.NONODE);
        var found = answer.is(Code.OK) ? seen(answer.get()) : NONE;
        remember(path, found);
        return found;
    }

    private static Seen seen(Client.Node node) {
        var text = new String(node.data(), StandardCharsets.UTF_8);
        try {
            return new Seen(Long.parseLong(text), node.stat().getVersion());
        } catch (NumberFormatException foreign) {
            throw new StoreException(
                    Reason.FOREIGN_DATA, node.path() + " was not written by this library, and is left alone", foreign);
        }
    }

    /** False when what is known is no longer so. */
    private boolean replace(String path, Seen known, long mark) {
        if (known == NONE) {
            return create(path, mark);
        }
        if (mark == 0) {
            seen.remove(path);
            return isDone(client.await(client.delete(path, known.version())));
        }
        var answer = client.await(client.write(path, bytes(mark), known.version()));
        if (isDone(answer)) {
            remember(path, new Seen(mark, answer.get().getVersion()));
            return true;
        }
        return false;
    }

    private static boolean isDone(Answer<?> answer) {
        if (!answer.is(Code.BADVERSION)) {
            answer.requireOkOr(Code.NONODE);
        }
        return answer.is(Code.OK);
    }

    private boolean create(String path, long mark) {
        var above = parents.make(Tree.parent(path));
        var answer = client.await(client.create(path, bytes(mark), CreateMode.PERSISTENT));
        if (answer.is(Code.NONODE)) {
            parents.missed(path, above);
            return false;
        }
        answer.requireOkOr(Code.NODEEXISTS);
        if (answer.is(Code.OK)) {
            remember(path, new Seen(mark, answer.get().stat().getVersion()));
        }
        return answer.is(Code.OK);
    }

    private void remember(String path, Seen found) {
        if (seen.size() > REMEMBERED) {
            seen.clear();
        }
        seen.put(path, found);
    }

    private static byte[] bytes(long mark) {
        return Long.toString(mark).getBytes(StandardCharsets.UTF_8);
    }
}
