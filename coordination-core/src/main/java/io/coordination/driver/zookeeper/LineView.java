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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * A short line for a lock that is contended just now, kept up to date by what the server tells: who claims there needs not list
 * it, and who waits needs not ask anything when its turn comes.
 *
 * <p>A server sends the changes of earlier transactions before its answer to a later one, and the client hands on both in that
 * order. So when the answer to a claim is there, all that came before it are known here. A break of the connection breaks
 * that chain and ends the view, as does whatever else could; nothing is mended, another one is begun.
 *
 * <p>Each session with a view of a line hears of every change in it, hence short lines only, and only while they are used.
 */
final class LineView implements Watcher {

    /** Contenders of a line of which a view is begun. */
    private static final int SHORT = 5;
    /** Contenders with whom a view ends: so many hear of each change that asking costs less. */
    private static final int LONG = 8;
    /** Changes that are heard of while nobody waits, before it ends. */
    private static final int UNHEEDED = 8;

    private final Client client;
    private final String line;
    private final Consumer<LineView> ended;
    private final Set<ZooKeeperClaim> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unheeded = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Answer<List<String>>> begun = new CompletableFuture<>();
    private volatile boolean idle;
    /** Who stands in line, the first one first; null before the beginning. */
    private volatile @Nullable List<Contender> places;

    LineView(Client client, String line, Consumer<LineView> ended) {
        this.client = client;
        this.line = line;
        this.ended = ended;
    }

    /** Whether a line is worth it. Candidates for leadership stand for long and change seldom. */
    static boolean suits(Key key, int length) {
        return key.kind() == Key.Kind.LOCK && length <= SHORT;
    }

    void begin() {
        client.follow(line, this, this::begun);
    }

    /** On the thread of the events, and in order with them. */
    private void begun(Answer<List<String>> listed) {
        if (listed.is(Code.OK)) {
            places = Contender.line(listed.get());
        } else {
            end();
        }
        begun.complete(listed);
    }

    /** Hears of its turn from now on. */
    CompletableFuture<Answer<List<String>>> follow(ZooKeeperClaim claim) {
        waiting.add(claim);
        heeded();
        return begun;
    }

    void unfollow(ZooKeeperClaim claim) {
        waiting.remove(claim);
    }

    /** The line as it is after all that the server told so far; null when that is not known. */
    @Nullable
    List<Contender> places() {
        heeded();
        var known = places;
        return over.get() ? null : known;
    }

    private void heeded() {
        unheeded.set(0);
        idle = false;
    }

    @Override
    public void process(WatchedEvent event) {
        switch (event.getType()) {
            case NodeCreated, NodeDeleted -> changed(event.getPath(), event.getType() == Event.EventType.NodeCreated);
            case NodeDataChanged, NodeChildrenChanged -> {}
            default -> end();
        }
    }

    private void changed(String path, boolean created) {
        var before = places;
        if (before == null) {
            return;
        }
        var contender = Tree.parent(path).equals(line) ? Contender.parse(Tree.name(path)) : null;
        if ((contender == null || waiting.isEmpty()) && unheeded.incrementAndGet() > UNHEEDED) {
            end();
        } else if (contender != null) {
            var now = new ArrayList<>(before);
            now.remove(contender);
            if (created) {
                now.add(contender);
                now.sort(Comparator.comparingInt(Contender::sequence));
            }
            places = now;
            if (now.size() >= LONG) {
                end();
            } else {
                waiting.forEach(claim -> claim.heard(now));
            }
        }
    }

    /** Ends it when nobody used it since the last time. */
    void endWhenIdle() {
        if (waiting.isEmpty() && idle) {
            end();
        }
        idle = true;
    }

    void end() {
        if (over.compareAndSet(false, true)) {
            client.unfollow(line);
            ended.accept(this);
            waiting.forEach(ZooKeeperClaim::wake);
        }
    }
}
