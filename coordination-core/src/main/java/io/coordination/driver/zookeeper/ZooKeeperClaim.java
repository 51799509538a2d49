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

import io.coordination.spi.Claim;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** A node in line. Its number never changes and later ones come behind it, so those ahead only get fewer. */
final class ZooKeeperClaim implements Claim.Passing {

    private final Lines lines;
    private final Client client;
    private final Key key;
    private final Mode mode;
    private final long id;
    private final String line;
    private final Client.Node node;
    private final int number;

    /** The nodes whose going is waited for, and whose watches stand. */
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    private volatile boolean held;
    private volatile boolean over;
    /** What the line looks like since a node ahead went. */
    private final AtomicReference<@Nullable CompletableFuture<Answer<List<String>>>> listed = new AtomicReference<>();

    private volatile List<String> blockers = List.of();
    /** How many were in line when it looked last. */
    private volatile int length;
    /** What it follows while it waits, and what it heard last. */
    private volatile @Nullable LineView view;

    private volatile @Nullable List<Contender> last;
    /** Whether it followed the claim that it replaced without anybody in between. */
    private volatile boolean next;

    private volatile @Nullable Runnable wake;

    ZooKeeperClaim(Lines lines, Client client, Key key, Mode mode, long id, String line, Client.Node node) {
        this.lines = lines;
        this.client = client;
        this.key = key;
        this.mode = mode;
        this.id = id;
        this.line = line;
        this.node = node;
        this.number = Contender.numberOf(Tree.name(node.path()));
    }

    Key key() {
        return key;
    }

    long id() {
        return id;
    }

    int number() {
        return number;
    }

    String line() {
        return line;
    }

    String path() {
        return node.path();
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public long token() {
        if (!held) {
            throw new IllegalStateException("the claim on " + key + " is not held");
        }
        return node.stat().getCzxid();
    }

    @Override
    public boolean advance(Runnable wake) {
        this.wake = wake;
        client.requireStanding();
        var moved = listed.getAndSet(null);
        if (held || moved == null && hears(view)) {
            return held;
        }
        if (moved != null || view != null || watched.containsAll(blockers)) {
            look(client.await(moved != null ? moved : client.children(line)));
        }
        while (!held) {
            if (LineView.suits(key, length) && hears(lines.view(line))) {
                return held;
            }
            var unwatched =
                    blockers.stream().filter(path -> !watched.contains(path)).toList();
            if (unwatched.isEmpty() || watch(unwatched)) {
                return false;
            }
            look(client.await(client.children(line)));
        }
        return true;
    }

    /** Follows a line and finds its place there; false when nothing new was heard, and it is better to ask. */
    private boolean hears(@Nullable LineView heard) {
        if (heard == null) {
            return false;
        }
        view = heard;
        client.await(heard.follow(this)).requireOkOr(Code.NONODE);
        var places = heard.places();
        var news = places != last;
        last = places;
        return news && sees(heard);
    }

    /** Finds its place in what is heard of a line; false when it is not there. */
    boolean sees(@Nullable LineView heard) {
        var places = heard == null ? null : heard.places();
        return places != null && place(places);
    }

    /** Watches those ahead and sees in the same step whether they are still there. */
    private boolean watch(List<String> ahead) {
        var answers = new ArrayList<CompletableFuture<Answer<Client.Node>>>(ahead.size());
        for (var path : ahead) {
            watched.add(path);
            answers.add(lines.watchGoing(path, this));
        }
        var allThere = true;
        for (var i = 0; i < ahead.size(); i++) {
            try {
                var answer = client.await(answers.get(i));
                answer.requireOkOr(Code.NONODE);
                if (answer.is(Code.NONODE)) {
                    allThere = false;
                    unwatch(ahead.get(i));
                }
            } catch (StoreException unwatched) {
                ahead.forEach(this::unwatch);
                throw unwatched;
            }
        }
        return allThere;
    }

    private void unwatch(String path) {
        watched.remove(path);
        lines.unwatchGoing(path, this);
    }

    /** Finds its place among the nodes of the line. */
    void look(Answer<List<String>> children) {
        children.requireOkOr(Code.NONODE);
        if (!place(children.is(Code.OK) ? Contender.line(children.get()) : List.of())) {
            forget();
            throw new StoreException(StoreException.Reason.CLAIM_LOST, "its place in line was removed");
        }
    }

    private boolean place(List<Contender> places) {
        var ahead = ahead(places);
        if (ahead == null) {
            return false;
        }
        length = places.size();
        blockers = Contender.blockers(mode, ahead).stream()
                .map(name -> line + "/" + name)
                .toList();
        if (blockers.isEmpty()) {
            hold();
        }
        return true;
    }

    /** Those before it; null when it is not in line itself. */
    private @Nullable List<Contender> ahead(List<Contender> places) {
        var own = Tree.name(node.path());
        for (var i = 0; i < places.size(); i++) {
            if (places.get(i).node().equals(own)) {
                return places.subList(0, i);
            }
        }
        return null;
    }

    void hold() {
        held = true;
        var followed = view;
        if (followed != null) {
            followed.unfollow(this);
        }
    }

    /** Whether its number follows that of a claim which this one replaced while it held alone: nobody came in between. */
    boolean comesNextAfter(ZooKeeperClaim before) {
        next = before.held && before.mode.equals(Mode.EXCLUSIVE) && number == before.number + 1;
        return next;
    }

    boolean isNext() {
        return next;
    }

    @Override
    public boolean release() {
        client.requireStanding();
        forget();
        var deleted = client.deleteNow(node.path());
        deleted.requireOkOr(Code.NONODE);
        lines.ended(this);
        return deleted.is(Code.OK);
    }

    @Override
    public @Nullable Claim pass(long id) {
        client.requireStanding();
        forget();
        return lines.pass(this, id);
    }

    /** From now on whatever becomes of the node is expected. */
    void forget() {
        over = true;
        lines.forget(this);
        var followed = view;
        if (followed != null) {
            followed.unfollow(this);
        }
    }

    Collection<String> watched() {
        return watched;
    }

    /** A node ahead went, or its watch is used up: looks at the line before it wakes whoever waits. */
    void went(String path) {
        unwatch(path);
        if (!held && !over) {
            var asked = client.children(line);
            listed.set(asked);
            asked.thenRun(this::wake);
        }
    }

    /** The line is like this now. */
    void heard(List<Contender> places) {
        var ahead = ahead(places);
        if (ahead == null || Contender.blockers(mode, ahead).isEmpty()) {
            wake();
        }
    }

    void wake() {
        var waiting = wake;
        if (waiting != null && !held && !over) {
            waiting.run();
        }
    }

    boolean isOver() {
        return over;
    }
}
