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

import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.Mode;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/** The lines for locks and leadership, and what one session has claimed there. A claim is an ephemeral, numbered node. */
final class Lines implements LockCalls {

    private static final int TRIES = 5;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Client client;
    private final Tree tree;
    private final Parents parents;
    private final byte[] member;
    private final Watcher watcher;
    private final Guards guards;
    private final OwnRuns runs;
    private final Marks marks;
    /** First half of the unique part of every claim's node; the claim's id is the other. */
    private final String unique;

    private final Map<Long, ZooKeeperClaim> claims = new ConcurrentHashMap<>();
    private final Set<Long> unsure = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<ZooKeeperClaim>> waiting = new ConcurrentHashMap<>();
    private final Map<String, LineView> views = new ConcurrentHashMap<>();

    /** Watches with one watcher for all claims: of the same node the client then keeps one watch, however many try. */
    Lines(Client client, Tree tree, Parents parents, String member, Watcher watcher, SessionEvents events) {
        this.client = client;
        this.tree = tree;
        this.parents = parents;
        this.member = member.getBytes(StandardCharsets.UTF_8);
        this.watcher = watcher;
        this.guards = new Guards(client, watcher, events);
        this.runs = new OwnRuns(client);
        this.marks = new Marks(client, tree, parents);
        var random = new byte[8];
        RANDOM.nextBytes(random);
        this.unique = HexFormat.of().formatHex(random);
    }

    Guards guards() {
        return guards;
    }

    Collection<ZooKeeperClaim> claims() {
        return claims.values();
    }

    @Override
    public ZooKeeperClaim claim(Key key, Mode mode, long id) {
        client.requireStanding();
        var line = tree.line(key);
        var claim = unsure.contains(id) || claims.containsKey(id) ? find(key, mode, id, line) : null;
        try {
            for (var tries = 0; claim == null; tries++) {
                claim = enter(key, mode, id, line, tries);
            }
        } catch (StoreException failure) {
            if (failure.reason().passing()) {
                unsure.add(id);
            }
            throw failure;
        }
        unsure.remove(id);
        return standing(claim);
    }

    /**
     * Leaves the line and enters it at its end in one transaction. Looks at it in the same trip, unless it is viewed, or nobody
     * came between the last two claims; then probably nobody came this time, which the numbers prove.
     */
    @Nullable
    ZooKeeperClaim pass(ZooKeeperClaim from, long id) {
        var key = from.key();
        var line = from.line();
        var view = views.get(line);
        var moved =
                client.replace(from.path(), node(line, Mode.EXCLUSIVE, id), member, CreateMode.EPHEMERAL_SEQUENTIAL);
        var listed = from.isNext() || isKnown(view) ? null : client.childrenNow(line);
        var answer = client.await(moved);
        if (answer.is(Code.NONODE)) {
            return null;
        }
        var claim = entered(key, Mode.EXCLUSIVE, id, line, answer);
        look(claim, claim.comesNextAfter(from), view, listed);
        return standing(claim);
    }

    private static boolean isKnown(@Nullable LineView view) {
        return view != null && view.places() != null;
    }

    private ZooKeeperClaim standing(ZooKeeperClaim claim) {
        if (client.isEnded()) {
            claims.remove(claim.id());
            client.deleteSurely(claim.path());
            client.requireStanding();
        }
        return claim;
    }

    /** Enters the line and looks at it in one round trip; null when the line's node was missing. */
    private @Nullable ZooKeeperClaim enter(Key key, Mode mode, long id, String line, int tries) {
        var above = parents.make(line);
        var view = views.get(line);
        var run = runs.expected(line);
        var created = client.create(node(line, mode, id), member, CreateMode.EPHEMERAL_SEQUENTIAL);
        // The answer that comes last is the one to wait for.
        var listed = run != null || isKnown(view) ? null : client.childrenNow(line);
        var answer = client.await(created);
        if (answer.is(Code.NONODE) && tries < TRIES) {
            parents.missed(line, above);
            return null;
        }
        var claim = entered(key, mode, id, line, answer);
        look(claim, run != null && runs.follows(line, run, claim.number()), view, listed);
        if (claim.held() && mode.equals(Mode.EXCLUSIVE) && key.kind() == Key.Kind.LOCK) {
            runs.holds(line, claim.number(), !views.containsKey(line));
        }
        return claim;
    }

    private String node(String line, Mode mode, long id) {
        return line + "/" + Contender.unnumbered(unique + HexFormat.of().toHexDigits(id), mode);
    }

    private ZooKeeperClaim entered(Key key, Mode mode, long id, String line, Answer<Client.Node> node) {
        requireNumber(line, node.get().path());
        var claim = new ZooKeeperClaim(this, client, key, mode, id, line, node.get());
        claims.put(id, claim);
        return claim;
    }

    /** Learns whether a new claim is held from what is known already, and only else from a listing. */
    private void look(
            ZooKeeperClaim claim, boolean first, @Nullable LineView view, @Nullable Answer<List<String>> listed) {
        if (first) {
            claim.hold();
        } else if (!claim.sees(view)) {
            claim.look(listed != null ? listed : client.await(client.children(claim.line())));
        }
    }

    /** From its last number on ZooKeeper numbers all alike. Below a new node it counts from the start. */
    private void requireNumber(String line, String path) {
        if (Contender.isLast(Tree.name(path))) {
            client.deleteSurely(path);
            client.await(client.delete(line));
            parents.forget(line);
            throw new StoreException(
                    StoreException.Reason.REFUSED,
                    "ZooKeeper has no number left below " + line
                            + "; it works again once nobody holds it or waits for it");
        }
    }

    /** The claim that an earlier call made without having learned of it. */
    private @Nullable ZooKeeperClaim find(Key key, Mode mode, long id, String line) {
        var children = currentChildren(line);
        for (var path : ownNodes(children, line, id)) {
            var node = client.await(client.read(path, null));
            if (node.is(Code.OK)) {
                var claim = new ZooKeeperClaim(this, client, key, mode, id, line, node.get());
                claims.put(id, claim);
                claim.look(children);
                return claim;
            }
        }
        return null;
    }

    @Override
    public void withdraw(Key key, long id) {
        client.requireStanding();
        var claim = claims.remove(id);
        if (claim != null) {
            claim.forget();
        }
        var line = tree.line(key);
        var deletions = new ArrayList<CompletableFuture<Answer<Boolean>>>();
        for (var path : ownNodes(currentChildren(line), line, id)) {
            deletions.add(client.delete(path));
        }
        deletions.forEach(deletion -> client.await(deletion).requireOkOr(Code.NONODE));
        unsure.remove(id);
    }

    /** What stands in a line after everything that this session ever asked of any server. */
    private Answer<List<String>> currentChildren(String line) {
        client.sync(line);
        var children = client.await(client.children(line));
        children.requireOkOr(Code.NONODE);
        return children;
    }

    private List<String> ownNodes(Answer<List<String>> children, String line, long id) {
        var own = unique + HexFormat.of().toHexDigits(id);
        return children.is(Code.NONODE)
                ? List.of()
                : children.get().stream()
                        .filter(name -> name.startsWith(own))
                        .map(name -> line + "/" + name)
                        .toList();
    }

    @Override
    public List<Holder> holders(Key key) {
        client.requireStanding();
        var answers = new LinkedHashMap<Contender, CompletableFuture<Answer<Client.Node>>>();
        for (var contender : holding(key)) {
            answers.put(contender, client.read(tree.line(key) + "/" + contender.node(), null));
        }
        var holders = new ArrayList<Holder>(answers.size());
        answers.forEach((contender, asked) -> {
            var answer = client.await(asked);
            answer.requireOkOr(Code.NONODE);
            if (answer.is(Code.OK)) {
                var node = answer.get();
                var since = Instant.ofEpochMilli(node.stat().getCtime());
                var holder = new String(node.data(), StandardCharsets.UTF_8);
                holders.add(new Holder(holder, contender.mode(), node.stat().getCzxid(), since));
            }
        });
        return holders;
    }

    @Override
    public boolean evict(Key key) {
        client.requireStanding();
        var deletions = new ArrayList<CompletableFuture<Answer<Boolean>>>();
        for (var contender : holding(key)) {
            deletions.add(client.delete(tree.line(key) + "/" + contender.node()));
        }
        var evicted = false;
        for (var deletion : deletions) {
            var answer = client.await(deletion);
            answer.requireOkOr(Code.NONODE);
            evicted |= answer.is(Code.OK);
        }
        return evicted;
    }

    @Override
    public long exchange(Key lock, long expected, long mark) {
        return marks.exchange(lock, expected, mark);
    }

    private List<Contender> holding(Key key) {
        var children = client.await(client.children(tree.line(key)));
        children.requireOkOr(Code.NONODE);
        return children.is(Code.OK) ? Contender.holders(Contender.line(children.get())) : List.of();
    }

    void changed(String path, boolean deleted) {
        waiting.getOrDefault(path, Set.of()).forEach(claim -> claim.went(path));
        guards.changed(path, deleted);
    }

    CompletableFuture<Answer<Client.Node>> watchGoing(String path, ZooKeeperClaim claim) {
        waiting.compute(path, (same, known) -> {
            var waiters = known == null ? ConcurrentHashMap.<ZooKeeperClaim>newKeySet() : known;
            waiters.add(claim);
            return waiters;
        });
        return client.read(path, watcher);
    }

    void unwatchGoing(String path, ZooKeeperClaim claim) {
        waiting.computeIfPresent(path, (same, waiters) -> {
            waiters.remove(claim);
            return waiters.isEmpty() ? null : waiters;
        });
    }

    /** What is heard of a line; begins to listen when nobody does. */
    LineView view(String line) {
        var fresh = new LineView(client, line, ended -> views.remove(line, ended));
        var known = views.putIfAbsent(line, fresh);
        if (known == null) {
            fresh.begin();
        }
        return known == null ? fresh : known;
    }

    void endIdleViews() {
        views.values().forEach(LineView::endWhenIdle);
    }

    void endViews() {
        views.values().forEach(LineView::end);
    }

    /** The claim's node is gone for certain. */
    void ended(ZooKeeperClaim claim) {
        runs.ended(claim.line(), claim.number());
    }

    void forget(ZooKeeperClaim claim) {
        claims.remove(claim.id(), claim);
        guards.forget(claim);
        claim.watched().forEach(path -> unwatchGoing(path, claim));
    }
}
