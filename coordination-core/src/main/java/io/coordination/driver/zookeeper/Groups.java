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

import io.coordination.spi.Entry;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;

/** The groups of a namespace, and what one session has joined. A member is an ephemeral node below its group's. */
final class Groups implements GroupCalls {

    private static final int REMEMBERED = 10_000;
    private static final int TRIES = 5;
    private static final byte[] EMPTY = {};
    private static final List<CompletableFuture<Answer<Client.Node>>> NOTHING = List.of();

    private final Client client;
    private final Tree tree;
    private final Parents parents;
    private final String member;
    private final Watcher watcher;
    private final Map<Key, Seat> joined = new ConcurrentHashMap<>();
    /** Where this member's own nodes are watched. */
    private final Set<String> guarded = ConcurrentHashMap.newKeySet();

    private final Set<Key> unsure = ConcurrentHashMap.newKeySet();
    /** The members last seen, whose data is asked for together with the list of members. */
    private final Map<Key, List<String>> seen = new ConcurrentHashMap<>();

    private final Map<Key, KnownMembers> watched = new ConcurrentHashMap<>();
    private final KnownMembers none = new KnownMembers();

    private record Seat(String path, byte[] data) {}

    Groups(Client client, Tree tree, Parents parents, String member, Watcher watcher) {
        this.client = client;
        this.tree = tree;
        this.parents = parents;
        this.member = member;
        this.watcher = watcher;
    }

    @Override
    public boolean create(Key group) {
        client.requireStanding();
        var path = tree.group(group);
        for (var tries = 0; ; tries++) {
            var above = parents.make(Tree.parent(path));
            var answer = client.await(client.create(path, EMPTY, CreateMode.PERSISTENT));
            if (!answer.is(Code.NONODE) || tries == TRIES) {
                answer.requireOkOr(Code.NODEEXISTS);
                return answer.is(Code.OK);
            }
            parents.missed(path, above);
        }
    }

    @Override
    public boolean delete(Key group) {
        client.requireStanding();
        var path = tree.group(group);
        var leader = path + "/" + Tree.LEADER;
        for (var tries = 0; ; tries++) {
            parents.forget(path);
            var answer = client.await(client.delete(path));
            if (!answer.is(Code.NOTEMPTY)) {
                answer.requireOkOr(Code.NONODE);
                return answer.is(Code.OK);
            }
            var children = client.await(client.children(path));
            children.requireOkOr(Code.NONODE);
            // What an election that is over left; tooz never removes it.
            var left = children.is(Code.OK) && children.get().equals(List.of(Tree.LEADER))
                    ? client.await(client.delete(leader))
                    : null;
            if (left == null && children.is(Code.OK) && !children.get().isEmpty()
                    || left != null && left.is(Code.NOTEMPTY)
                    || tries == TRIES) {
                throw new StoreException(
                        Reason.GROUP_NOT_EMPTY,
                        left == null ? "it has members" : "it has no members, but candidates for its leadership");
            }
        }
    }

    @Override
    public Set<String> groups() {
        client.requireStanding();
        var children = client.await(client.children(tree.base()));
        children.requireOkOr(Code.NONODE);
        var names = new HashSet<String>();
        for (var node : children.is(Code.OK) ? children.get() : List.<String>of()) {
            if (!node.equals(Tree.LOCKS)) {
                names.add(NodeNames.decode(node));
            }
        }
        return names;
    }

    @Override
    public void join(Key group, byte[] data, boolean create) {
        client.requireStanding();
        if (joined.containsKey(group)) {
            throw memberExists();
        }
        var path = tree.member(group, member);
        try {
            for (var tries = 0; !enter(group, path, data, create, tries); tries++) {
                continue;
            }
        } catch (StoreException failure) {
            if (failure.reason().passing()) {
                unsure.add(group);
            }
            throw failure;
        }
        unsure.remove(group);
        joined.put(group, new Seat(path, data));
        seen.putIfAbsent(group, List.of(Tree.name(path)));
        if (client.isEnded()) {
            client.deleteSurely(path);
            client.requireStanding();
        }
    }

    private boolean enter(Key group, String path, byte[] data, boolean create, int tries) {
        var above = create ? parents.make(tree.group(group)) : NOTHING;
        var answer = client.await(client.create(path, data, CreateMode.EPHEMERAL));
        if (answer.is(Code.NONODE)) {
            if (!create) {
                throw groupMissing();
            }
            parents.missed(path, above);
            if (tries < TRIES) {
                return false;
            }
        }
        if (answer.is(Code.NODEEXISTS)) {
            // An earlier call of this session may have made it, and its answer been lost.
            if (!unsure.contains(group) || !isOwn(path)) {
                throw memberExists();
            }
            client.await(client.write(path, data)).get();
            return true;
        }
        answer.get();
        return true;
    }

    private boolean isOwn(String path) {
        var answer = client.await(client.read(path, null));
        return answer.is(Code.OK) && answer.get().stat().getEphemeralOwner() == client.sessionId();
    }

    @Override
    public void update(Key group, byte[] data) {
        client.requireStanding();
        var seat = joined.get(group);
        var answer = seat == null ? null : client.await(client.write(seat.path(), data));
        if (answer == null || answer.is(Code.NONODE)) {
            throw new StoreException(Reason.MEMBER_MISSING, "this member is not in the group");
        }
        answer.get();
        joined.replace(group, new Seat(tree.member(group, member), data));
    }

    @Override
    public boolean leave(Key group) {
        client.requireStanding();
        if (!joined.containsKey(group) && !(unsure.contains(group) && isOwn(tree.member(group, member)))) {
            return false;
        }
        // Before the store knows, as a renewal that finds the member gone else takes it back.
        var seat = joined.remove(group);
        try {
            var answer = client.await(client.delete(tree.member(group, member)));
            answer.requireOkOr(Code.NONODE);
            unsure.remove(group);
            return answer.is(Code.OK);
        } catch (StoreException failure) {
            if (seat != null) {
                joined.putIfAbsent(group, seat);
            }
            throw failure;
        }
    }

    /** From now on a watch feeds this, unless another watch of the group already feeds its own. */
    KnownMembers know(Key group) {
        var members = new KnownMembers();
        watched.putIfAbsent(group, members);
        return members;
    }

    void forget(Key group, KnownMembers members) {
        watched.remove(group, members);
    }

    @Override
    public List<Entry> members(Key group) {
        client.requireStanding();
        var path = tree.group(group);
        var known = watched.getOrDefault(group, none);
        var listed = client.children(path);
        var asked = new HashMap<String, CompletableFuture<Answer<Client.Node>>>();
        for (var node : seen.getOrDefault(group, List.of())) {
            if (known.find(path + "/" + node) == null) {
                asked.put(node, read(path + "/" + node, known));
            }
        }
        var children = client.await(listed);
        if (children.is(Code.NONODE)) {
            seen.remove(group);
            throw groupMissing();
        }
        var nodes = new ArrayList<>(children.get());
        nodes.remove(Tree.LEADER);
        remember(group, nodes);
        var here = new ArrayList<Client.Node>(nodes.size());
        var missing = new ArrayList<CompletableFuture<Answer<Client.Node>>>();
        for (var node : nodes) {
            var answer = asked.get(node);
            var same = answer == null ? known.find(path + "/" + node) : null;
            if (same != null) {
                here.add(same);
            } else {
                missing.add(answer == null ? read(path + "/" + node, known) : answer);
            }
        }
        return entries(here, missing);
    }

    private CompletableFuture<Answer<Client.Node>> read(String path, KnownMembers known) {
        return client.read(path, null, known::read);
    }

    private void remember(Key group, List<String> nodes) {
        if (seen.size() > REMEMBERED) {
            seen.clear();
        }
        seen.put(group, nodes);
    }

    private List<Entry> entries(List<Client.Node> nodes, List<CompletableFuture<Answer<Client.Node>>> asked) {
        for (var read : asked) {
            var answer = client.await(read);
            answer.requireOkOr(Code.NONODE);
            if (answer.is(Code.OK)) {
                nodes.add(answer.get());
            }
        }
        // Members are ephemeral; anything else below a group is none.
        nodes.removeIf(node -> node.stat().getEphemeralOwner() == 0);
        nodes.sort((a, b) -> Long.compare(a.stat().getCzxid(), b.stat().getCzxid()));
        return nodes.stream()
                .map(node -> new Entry(
                        NodeNames.decode(Tree.name(node.path())),
                        node.data(),
                        Instant.ofEpochMilli(node.stat().getCtime()),
                        Instant.ofEpochMilli(node.stat().getMtime())))
                .toList();
    }

    /** Sends a look ahead to each place that was taken since the last time, or that changed. */
    Map<Key, CompletableFuture<Answer<Client.Node>>> post() {
        var posted = new HashMap<Key, CompletableFuture<Answer<Client.Node>>>();
        joined.forEach((group, seat) -> {
            if (guarded.add(seat.path())) {
                posted.put(group, client.read(seat.path(), watcher));
            }
        });
        return posted;
    }

    /** Takes the places again that somebody took away, which only the member itself may do while its session lives. */
    void check(Map<Key, CompletableFuture<Answer<Client.Node>>> posted) {
        posted.forEach((group, asked) -> {
            var answer = client.await(asked);
            answer.requireOkOr(Code.NONODE);
            if (answer.is(Code.NONODE)) {
                changed(tree.member(group, member));
                rejoin(group);
            }
        });
    }

    private void rejoin(Key group) {
        var seat = joined.get(group);
        if (seat == null) {
            return;
        }
        try {
            for (var tries = 0; !enter(group, seat.path(), seat.data(), true, tries); tries++) {
                continue;
            }
        } catch (StoreException taken) {
            // Another member of this id is there meanwhile, which must not cost what else this session holds.
            if (taken.reason() != Reason.MEMBER_EXISTS) {
                throw taken;
            }
            return;
        }
        if (!joined.containsKey(group)) {
            client.deleteSurely(seat.path());
        }
    }

    /** Whether they stand is unknown; the next looks are posted anew. */
    void recall(Map<Key, CompletableFuture<Answer<Client.Node>>> posted) {
        posted.keySet().forEach(group -> changed(tree.member(group, member)));
    }

    /** A watch on a node is used up. */
    void changed(String path) {
        guarded.remove(path);
    }

    /** Where this member stands, or may stand. */
    List<String> paths() {
        var paths = new ArrayList<String>();
        joined.values().forEach(seat -> paths.add(seat.path()));
        unsure.forEach(group -> paths.add(tree.member(group, member)));
        return paths;
    }

    private static StoreException groupMissing() {
        return new StoreException(Reason.GROUP_MISSING, "there is no such group");
    }

    private static StoreException memberExists() {
        return new StoreException(Reason.MEMBER_EXISTS, "a member of this id is there already");
    }
}
