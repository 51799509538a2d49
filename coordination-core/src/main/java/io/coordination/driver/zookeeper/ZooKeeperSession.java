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

import io.coordination.spi.Characteristic;
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * A member's standing with an ensemble, on one ZooKeeper session. What it makes is ephemeral there.
 *
 * <p>It is believed for half of the session's time after the last answer to a {@code sync}: servers tell the leader of a
 * client's signs of life only now and then, so the whole time may be over there earlier than here, and a server that is cut
 * off goes on answering plain reads.
 */
final class ZooKeeperSession implements Session, Watcher {

    private static final int REMEMBERED = 10_000;
    private static final int TRIES = 5;
    private static final byte[] EMPTY = {};
    private static final SecureRandom RANDOM = new SecureRandom();

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
    private final String member;
    private final Clock clock;
    private final SessionEvents events;
    private final Traits traits;
    /** First half of the unique part of every claim's node; the claim's id is the other. */
    private final String unique;

    private final Map<Long, ZooKeeperClaim> claims = new ConcurrentHashMap<>();
    private final Set<Long> unsure = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<ZooKeeperClaim>> waiting = new ConcurrentHashMap<>();
    private final Map<String, ZooKeeperClaim> guarded = new ConcurrentHashMap<>();
    private final Set<ZooKeeperClaim> lost = ConcurrentHashMap.newKeySet();
    private final Map<Key, String> joined = new ConcurrentHashMap<>();
    private final Set<Key> unsureJoined = ConcurrentHashMap.newKeySet();
    private final Set<KeyWatch> watches = ConcurrentHashMap.newKeySet();
    /** Nodes that were seen, so that they need not be made again. */
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    /** The members last seen, whose data is asked for together with the list of members. */
    private final Map<Key, List<String>> seen = new ConcurrentHashMap<>();

    private final AtomicBoolean ended = new AtomicBoolean();
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
        this.member = member;
        this.clock = clock;
        this.events = events;
        this.confirmed = asked;
        this.traits = new Traits(CHARACTERISTICS, timeout.dividedBy(2), Duration.ZERO, TokenDurability.CONSENSUS);
        var random = new byte[8];
        RANDOM.nextBytes(random);
        this.unique = HexFormat.of().formatHex(random);
    }

    /** Makes the namespace. */
    void begin() {
        var answers = make(tree.base());
        client.await(answers.get(answers.size() - 1)).requireOkOr(Code.NODEEXISTS);
    }

    Client client() {
        return client;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Claim claim(Key key, Mode mode, long id) {
        requireStanding();
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
        if (ended.get()) {
            claims.remove(id);
            client.deleteSurely(claim.path());
            throw over();
        }
        return claim;
    }

    /** Enters the line and looks at it in one round trip; null when the line's node was missing. */
    private @Nullable ZooKeeperClaim enter(Key key, Mode mode, long id, String line, int tries) {
        make(line);
        var node = line + "/" + Contender.unnumbered(unique + HexFormat.of().toHexDigits(id), mode);
        var created = client.create(node, member.getBytes(StandardCharsets.UTF_8), CreateMode.EPHEMERAL_SEQUENTIAL);
        var listed = client.children(line);
        var answer = client.await(created);
        if (answer.is(Code.NONODE) && tries < TRIES) {
            forgetMade(line);
            return null;
        }
        var claim = new ZooKeeperClaim(this, key, mode, id, line, answer.get());
        claims.put(id, claim);
        claim.look(client.await(listed));
        return claim;
    }

    /** The claim that an earlier call made without having learned of it. */
    private @Nullable ZooKeeperClaim find(Key key, Mode mode, long id, String line) {
        var children = currentChildren(line);
        for (var path : ownNodes(children, line, id)) {
            var node = client.await(client.read(path, null));
            if (node.is(Code.OK)) {
                var claim = new ZooKeeperClaim(this, key, mode, id, line, node.get());
                claims.put(id, claim);
                claim.look(children);
                return claim;
            }
        }
        return null;
    }

    @Override
    public void withdraw(Key key, long id) {
        requireStanding();
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
        requireStanding();
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
        requireStanding();
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

    private List<Contender> holding(Key key) {
        var children = client.await(client.children(tree.line(key)));
        children.requireOkOr(Code.NONODE);
        return children.is(Code.OK) ? Contender.holders(Contender.line(children.get())) : List.of();
    }

    @Override
    public boolean create(Key group) {
        requireStanding();
        var path = tree.group(group);
        for (var tries = 0; ; tries++) {
            make(Tree.parent(path));
            var answer = client.await(client.create(path, EMPTY, CreateMode.PERSISTENT));
            if (!answer.is(Code.NONODE) || tries == TRIES) {
                answer.requireOkOr(Code.NODEEXISTS);
                return answer.is(Code.OK);
            }
            forgetMade(path);
        }
    }

    @Override
    public boolean delete(Key group) {
        requireStanding();
        var path = tree.group(group);
        var leader = path + "/" + Tree.LEADER;
        for (var tries = 0; ; tries++) {
            forgetMade(path);
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
        requireStanding();
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
        requireStanding();
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
                unsureJoined.add(group);
            }
            throw failure;
        }
        unsureJoined.remove(group);
        joined.put(group, path);
        seen.putIfAbsent(group, List.of(Tree.name(path)));
        if (ended.get()) {
            client.deleteSurely(path);
            throw over();
        }
    }

    private boolean enter(Key group, String path, byte[] data, boolean create, int tries) {
        if (create) {
            make(tree.group(group));
        }
        var answer = client.await(client.create(path, data, CreateMode.EPHEMERAL));
        if (answer.is(Code.NONODE)) {
            if (!create) {
                throw groupMissing();
            }
            forgetMade(path);
            if (tries < TRIES) {
                return false;
            }
        }
        if (answer.is(Code.NODEEXISTS)) {
            // An earlier call of this session may have made it, and its answer been lost.
            if (!unsureJoined.contains(group) || !isOwn(path)) {
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
        requireStanding();
        var path = joined.get(group);
        var answer = path == null ? null : client.await(client.write(path, data));
        if (answer == null || answer.is(Code.NONODE)) {
            throw new StoreException(Reason.MEMBER_MISSING, "this member is not in the group");
        }
        answer.get();
    }

    @Override
    public boolean leave(Key group) {
        requireStanding();
        if (!joined.containsKey(group) && !(unsureJoined.contains(group) && isOwn(tree.member(group, member)))) {
            return false;
        }
        var answer = client.await(client.delete(tree.member(group, member)));
        answer.requireOkOr(Code.NONODE);
        joined.remove(group);
        unsureJoined.remove(group);
        return answer.is(Code.OK);
    }

    @Override
    public List<Entry> members(Key group) {
        requireStanding();
        var path = tree.group(group);
        var listed = client.children(path);
        var asked = new LinkedHashMap<String, CompletableFuture<Answer<Client.Node>>>();
        seen.getOrDefault(group, List.of()).forEach(node -> asked.put(node, client.read(path + "/" + node, null)));
        var children = client.await(listed);
        if (children.is(Code.NONODE)) {
            seen.remove(group);
            throw groupMissing();
        }
        var nodes = new ArrayList<>(children.get());
        nodes.remove(Tree.LEADER);
        asked.keySet().retainAll(new HashSet<>(nodes));
        nodes.forEach(node -> asked.computeIfAbsent(node, fresh -> client.read(path + "/" + fresh, null)));
        remember(group, nodes);
        return entries(asked.values());
    }

    private void remember(Key group, List<String> nodes) {
        if (seen.size() > REMEMBERED) {
            seen.clear();
        }
        seen.put(group, nodes);
    }

    private List<Entry> entries(Collection<CompletableFuture<Answer<Client.Node>>> asked) {
        var nodes = new ArrayList<Client.Node>(asked.size());
        for (var read : asked) {
            var answer = client.await(read);
            answer.requireOkOr(Code.NONODE);
            // Members are ephemeral; anything else below a group is none.
            if (answer.is(Code.OK) && answer.get().stat().getEphemeralOwner() != 0) {
                nodes.add(answer.get());
            }
        }
        nodes.sort((a, b) -> Long.compare(a.stat().getCzxid(), b.stat().getCzxid()));
        return nodes.stream()
                .map(node -> new Entry(
                        NodeNames.decode(Tree.name(node.path())),
                        node.data(),
                        Instant.ofEpochMilli(node.stat().getCtime()),
                        Instant.ofEpochMilli(node.stat().getMtime())))
                .toList();
    }

    @Override
    public Watch watch(Key key, Runnable changed) {
        requireStanding();
        var watch = new KeyWatch(this, tree.watched(key), key.kind() == Key.Kind.GROUP, changed);
        watches.add(watch);
        try {
            watch.arm();
        } catch (StoreException notArmed) {
            watch.close();
            throw notArmed;
        }
        return watch;
    }

    void ended(KeyWatch watch) {
        watches.remove(watch);
    }

    /** Asks the leader, and from then on watches what has been held since the last time. */
    @Override
    public Duration renew() {
        requireStanding();
        var sent = clock.nanoTime();
        var answer = client.sync(tree.base());
        tellAgain();
        var guards = new LinkedHashMap<ZooKeeperClaim, CompletableFuture<Answer<Client.Node>>>();
        for (var claim : claims.values()) {
            if (claim.becomesGuarded()) {
                guarded.put(claim.path(), claim);
                guards.put(claim, client.read(claim.path(), this));
            }
        }
        try {
            client.await(answer).get();
            guards.forEach((claim, asked) -> {
                var node = client.await(asked);
                node.requireOkOr(Code.NONODE);
                if (node.is(Code.NONODE)) {
                    gone(claim);
                }
            });
        } catch (StoreException failure) {
            guards.keySet().forEach(ZooKeeperClaim::unguarded);
            if (failure.reason() == Reason.SESSION_LOST) {
                lost("the ensemble ended it");
            }
            throw failure;
        }
        confirmed = sent;
        return traits.lease();
    }

    @Override
    public void close() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        connection.close(this::cleanUp);
    }

    /** Removes what would live on with a shared session; waits for the first attempt and leaves it at that. */
    private void cleanUp() {
        var paths = new ArrayList<>(joined.values());
        unsureJoined.forEach(group -> paths.add(tree.member(group, member)));
        claims.values().forEach(claim -> paths.add(claim.path()));
        var deletions = paths.stream().map(client::deleteSurely).toList();
        watches.forEach(KeyWatch::close);
        client.unwatch(tree.base(), this);
        try {
            deletions.forEach(client::await);
        } catch (StoreException later) {
            // The client goes on trying.
        }
    }

    @Override
    public void process(WatchedEvent event) {
        if (ended.get()) {
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
                    changed(event.getPath(), event.getType() == Event.EventType.NodeDeleted);
                }
            }
        }
    }

    /** The client library watches again by itself; what happened meanwhile is looked for. */
    private void connectedAgain() {
        events.live();
        claims.values().forEach(ZooKeeperClaim::wake);
        watches.forEach(KeyWatch::changed);
    }

    private void changed(String path, boolean deleted) {
        waiting.getOrDefault(path, Set.of()).forEach(claim -> claim.went(path));
        var claim = guarded.remove(path);
        if (claim != null && deleted) {
            gone(claim);
        } else if (claim != null) {
            claim.unguarded();
        }
    }

    /** Its node was removed by somebody else. */
    private void gone(ZooKeeperClaim claim) {
        if (!claim.isOver() && lost.add(claim)) {
            tell(claim);
        }
    }

    private void tell(ZooKeeperClaim claim) {
        events.lost(claim.key(), claim.id(), "it was taken away: its node was deleted");
    }

    /** Of a claim that was lost right after its grant nobody may have been there to hear. */
    private void tellAgain() {
        for (var claim : lost) {
            tell(claim);
            claim.forget();
        }
    }

    private void lost(String reason) {
        if (ended.compareAndSet(false, true)) {
            events.lost(reason);
            connection.close(() -> {});
        }
    }

    private Duration beliefLeft() {
        var whole = traits.lease().toNanos();
        var left = whole - whole / 100 - Duration.ofMillis(50).toNanos() - (clock.nanoTime() - confirmed);
        return Duration.ofNanos(Math.max(0, left));
    }

    CompletableFuture<Answer<Client.Node>> watchGoing(String path, ZooKeeperClaim claim) {
        waiting.compute(path, (same, known) -> {
            var waiters = known == null ? ConcurrentHashMap.<ZooKeeperClaim>newKeySet() : known;
            waiters.add(claim);
            return waiters;
        });
        return client.read(path, this);
    }

    void unwatchGoing(String path, ZooKeeperClaim claim) {
        waiting.computeIfPresent(path, (same, waiters) -> {
            waiters.remove(claim);
            return waiters.isEmpty() ? null : waiters;
        });
    }

    void forget(ZooKeeperClaim claim) {
        claims.remove(claim.id(), claim);
        guarded.remove(claim.path());
        lost.remove(claim);
        claim.watched().forEach(path -> unwatchGoing(path, claim));
    }

    /** Sends along the making of whatever of a path this session has not seen yet. */
    private List<CompletableFuture<Answer<Client.Node>>> make(String path) {
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

    private void forgetMade(String path) {
        made.removeAll(Tree.withAncestors(path));
    }

    void requireStanding() {
        if (ended.get()) {
            throw over();
        }
    }

    private static StoreException over() {
        return new StoreException(Reason.SESSION_LOST, "the session is over");
    }

    private static StoreException groupMissing() {
        return new StoreException(Reason.GROUP_MISSING, "there is no such group");
    }

    private static StoreException memberExists() {
        return new StoreException(Reason.MEMBER_EXISTS, "a member of this id is there already");
    }
}
