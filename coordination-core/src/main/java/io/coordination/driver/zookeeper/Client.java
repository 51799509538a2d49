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

import io.coordination.driver.support.Uninterrupted;
import io.coordination.spi.Clock;
import io.coordination.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.CreateOptions;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper session's requests. They are sent in the order of the calls without waiting for one another, so that requests
 * that belong together take one round trip; nothing is ever repeated on its own.
 */
final class Client {

    private static final byte[] NONE = {};

    private final ZooKeeper zk;
    private final List<ACL> acl;
    private final Clock clock;
    private final Duration patience;
    /** Whether the client library bounds its own waits. */
    private final boolean bounded;

    private final AtomicBoolean ended = new AtomicBoolean();

    /** A node that was read or made. */
    record Node(String path, byte[] data, Stat stat) {}

    Client(ZooKeeper zk, List<ACL> acl, Clock clock, Duration patience) {
        this.zk = zk;
        this.acl = acl;
        this.clock = clock;
        this.patience = patience;
        this.bounded = zk.getClientConfig().getLong(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, 0) > 0;
    }

    long sessionId() {
        return zk.getSessionId();
    }

    boolean isAlive() {
        return zk.getState().isAlive();
    }

    /** Ends the member's session; says whether this was the first end. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    boolean isEnded() {
        return ended.get();
    }

    void requireStanding() {
        if (ended.get()) {
            throw new StoreException(StoreException.Reason.SESSION_LOST, "the session is over");
        }
    }

    CompletableFuture<Answer<Node>> create(String path, byte[] data, CreateMode mode) {
        return ask(
                path,
                answer -> zk.create(
                        path,
                        data,
                        acl,
                        mode,
                        (code, asked, context, name, stat) ->
                                answer.accept(code, name == null || stat == null ? null : new Node(name, data, stat)),
                        null));
    }

    /** Deletes one node and makes another, both or neither. Servers before 3.9 are asked again when it was made. */
    CompletableFuture<Answer<Node>> replace(String old, String path, byte[] data, CreateMode mode) {
        var create = Op.create(path, data, CreateOptions.newBuilder(acl, mode).build());
        CompletableFuture<Answer<OpResult.CreateResult>> replaced = ask(
                path,
                answer -> zk.multi(
                        List.of(Op.delete(old, -1), create),
                        (code, asked, context, results) ->
                                answer.accept(code, code == 0 ? (OpResult.CreateResult) results.get(1) : null),
                        null));
        return replaced.thenCompose(answer -> {
            var made = answer.value();
            if (made != null && made.getStat() == null) {
                return read(made.getPath(), null);
            }
            var node = made == null ? null : new Node(made.getPath(), data, made.getStat());
            return CompletableFuture.completedFuture(new Answer<>(answer.code(), node, path, answer.sent()));
        });
    }

    CompletableFuture<Answer<List<String>>> children(String path) {
        return ask(
                path,
                answer -> zk.getChildren(
                        path, false, (code, asked, context, children) -> answer.accept(code, children), null));
    }

    /** Reads a node; its watcher, if any, is only registered where the node exists. */
    CompletableFuture<Answer<Node>> read(String path, @Nullable Watcher watcher) {
        return read(path, watcher, node -> {});
    }

    /** As {@link #read(String, Watcher)}; a node that was there is told on the thread of the events, in order with them. */
    CompletableFuture<Answer<Node>> read(String path, @Nullable Watcher watcher, Consumer<Node> seen) {
        return ask(
                path,
                answer -> zk.getData(
                        path,
                        watcher,
                        (code, asked, context, data, stat) -> {
                            var node = stat == null ? null : new Node(path, data == null ? NONE : data, stat);
                            if (node != null) {
                                seen.accept(node);
                            }
                            answer.accept(code, node);
                        },
                        null));
    }

    CompletableFuture<Answer<Stat>> write(String path, byte[] data) {
        return write(path, data, -1);
    }

    /** Writes a node only if nobody wrote it since it had this version. */
    CompletableFuture<Answer<Stat>> write(String path, byte[] data, int version) {
        return ask(
                path,
                answer -> zk.setData(
                        path, data, version, (code, asked, context, stat) -> answer.accept(code, stat), null));
    }

    /** Deletes a node only if nobody wrote it since it had this version. */
    CompletableFuture<Answer<Boolean>> delete(String path, int version) {
        return ask(path, answer -> zk.delete(path, version, (code, asked, context) -> answer.accept(code, true), null));
    }

    CompletableFuture<Answer<Boolean>> delete(String path) {
        return delete(path, -1);
    }

    /** As {@link #children}, waited for. */
    Answer<List<String>> childrenNow(String path) {
        return now(path, () -> zk.getChildren(path, false), interrupted -> children(path));
    }

    /** As {@link #delete}, waited for. */
    Answer<Boolean> deleteNow(String path) {
        return now(
                path,
                () -> {
                    zk.delete(path, -1);
                    return true;
                },
                interrupted -> delete(path)
                        .thenApply(answer -> interrupted && answer.is(Code.NONODE)
                                ? new Answer<>(Code.OK, true, path, true)
                                : answer));
    }

    /**
     * Waits without the detour over the thread of the callbacks, where the library bounds such waits. It gives up one that is
     * interrupted, though the request is on its way; then the same is asked again.
     */
    private <T> Answer<T> now(String path, Call<T> call, Function<Boolean, CompletableFuture<Answer<T>>> otherwise) {
        if (!bounded || Thread.currentThread().isInterrupted()) {
            return await(otherwise.apply(false));
        }
        var connected = zk.getState().isConnected();
        try {
            return new Answer<>(Code.OK, call.run(), path, connected);
        } catch (KeeperException failure) {
            return new Answer<>(failure.code(), null, path, connected);
        } catch (InterruptedException hurried) {
            try {
                return await(otherwise.apply(true));
            } finally {
                Thread.currentThread().interrupt();
            }
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws KeeperException, InterruptedException;
    }

    /** Brings the server that answers up to date with the leader, through the leader. */
    CompletableFuture<Answer<Boolean>> sync(String path) {
        return ask(path, answer -> zk.sync(path, (code, asked, context) -> answer.accept(code, true), null));
    }

    CompletableFuture<Answer<Boolean>> watch(String path, Watcher watcher, AddWatchMode mode) {
        return ask(
                path,
                answer -> zk.addWatch(path, watcher, mode, (code, asked, context) -> answer.accept(code, true), null));
    }

    void unwatch(String path, Watcher watcher) {
        ask(
                path,
                answer -> zk.removeWatches(
                        path,
                        watcher,
                        Watcher.WatcherType.Any,
                        true,
                        (code, asked, context) -> answer.accept(code, true),
                        null));
    }

    /**
     * Watches a node and all below it until further notice, and lists its children.
     *
     * @param listed is told what there was when the watch began, on the thread of the events and in order with them
     */
    void follow(String path, Watcher watcher, Consumer<Answer<List<String>>> listed) {
        var connected = zk.getState().isConnected();
        var watched = new AtomicInteger();
        zk.addWatch(
                path, watcher, AddWatchMode.PERSISTENT_RECURSIVE, (code, asked, context) -> watched.set(code), null);
        zk.getChildren(
                path,
                false,
                (code, asked, context, children) -> {
                    var first = watched.get() == 0 ? code : watched.get();
                    listed.accept(new Answer<>(codeOf(first), children, path, connected));
                },
                null);
    }

    /** Ends whatever watches on a node, whoever watches it; those are told by an event. */
    void unfollow(String path) {
        zk.removeAllWatches(path, Watcher.WatcherType.Any, true, (code, asked, context) -> {}, null);
    }

    /** Deletes a node of this session for as long as it takes; returns what the first attempt brings. */
    CompletableFuture<Answer<Boolean>> deleteSurely(String path) {
        return delete(path).thenApply(answer -> {
            // Without a connection the client answers once for each attempt to connect, so this does not spin.
            if (answer.is(Code.CONNECTIONLOSS) && isAlive()) {
                deleteSurely(path);
            }
            return answer;
        });
    }

    /** Waits for an answer, whatever interrupts. */
    <T> Answer<T> await(CompletableFuture<Answer<T>> asked) {
        try {
            return Uninterrupted.get(asked, patience, clock);
        } catch (TimeoutException | ExecutionException silent) {
            throw new StoreException(
                    StoreException.Reason.TIMED_OUT,
                    "the server did not answer within " + patience.toMillis() + " ms",
                    silent);
        }
    }

    private interface Reply<T> {
        void accept(int code, @Nullable T value);
    }

    private <T> CompletableFuture<Answer<T>> ask(String path, Consumer<Reply<T>> request) {
        var connected = zk.getState().isConnected();
        var answer = new CompletableFuture<Answer<T>>();
        request.accept((code, value) -> answer.complete(new Answer<>(codeOf(code), value, path, connected)));
        return answer;
    }

    private static Code codeOf(int number) {
        return Objects.requireNonNullElse(Code.get(number), Code.SYSTEMERROR);
    }
}
