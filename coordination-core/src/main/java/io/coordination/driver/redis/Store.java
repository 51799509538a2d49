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
package io.coordination.driver.redis;

import io.coordination.driver.support.Uninterrupted;
import io.coordination.spi.Clock;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.Surroundings;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One session's two connections: one for commands, one for messages. */
final class Store implements AutoCloseable {

    private static final Duration LONGEST_TO_CONNECT = Duration.ofSeconds(1);

    private final Servers servers;
    private final Clock clock;
    private final Duration patience;
    private volatile @Nullable Listener listener;
    private final Set<String> channels = ConcurrentHashMap.newKeySet();
    private final Link<StatefulRedisConnection<byte[], byte[]>> commands;
    private final Link<StatefulRedisPubSubConnection<byte[], byte[]>> messages;
    private volatile boolean heard;

    /** Hears what comes on the channels; called on the client library's threads. */
    interface Listener {

        void message(String channel, String text);

        /** Messages may have been missed, but none will be from now on. */
        void listening();
    }

    Store(Servers servers, Surroundings with, Duration patience) {
        this.servers = servers;
        this.clock = with.clock();
        this.patience = patience;
        this.commands =
                new Link<>(servers::connect, connection -> CompletableFuture.completedFuture(null), with.scheduler());
        this.messages = new Link<>(servers::connectForMessages, this::listen, with.scheduler());
    }

    /** Connects for commands. */
    void connect(String where) {
        first(commands, where);
    }

    /** Connects anew, to the node of the cluster that has a key. */
    void locate(byte[] key, String where) {
        servers.locate(key);
        var connection = commands.current();
        if (connection != null) {
            commands.drop(connection);
        }
        first(commands, where);
    }

    /** Connects for messages, with a first channel. */
    void listen(byte[] channel, Listener listener, String where) {
        this.listener = listener;
        channels.add(Keyspace.text(channel));
        first(messages, where);
    }

    private void first(Link<?> link, String where) {
        try {
            link.connection().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw Answer.notConnected(failure, where);
        } catch (TimeoutException silent) {
            throw new StoreException(
                    Reason.UNREACHABLE,
                    "no Redis server answered at " + where + " within " + patience.toMillis() + " ms",
                    silent);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new StoreException(Reason.UNREACHABLE, "interrupted while connecting to Redis", hurried);
        }
    }

    private CompletionStage<?> listen(StatefulRedisPubSubConnection<byte[], byte[]> connection) {
        var hears = Objects.requireNonNull(listener);
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] text) {
                heard = true;
                hears.message(Keyspace.text(channel), Keyspace.text(text));
            }
        });
        var asked = channels.stream().map(Keyspace::bytes).toArray(byte[][]::new);
        return connection.async().subscribe(asked).thenRun(() -> {
            heard = true;
            hears.listening();
        });
    }

    /** Listens on one more channel. Without a connection the next one will. */
    void listen(byte[] channel) {
        channels.add(Keyspace.text(channel));
        var connection = messages.current();
        if (connection != null) {
            await(connection.async().subscribe(channel));
        }
    }

    void ignore(byte[] channel) {
        channels.remove(Keyspace.text(channel));
        var connection = messages.current();
        if (connection != null) {
            connection.async().unsubscribe(channel);
        }
    }

    /** Before a message is asked for: listens anew where none came since the last one was. */
    void expectMessage() {
        var connection = messages.current();
        if (connection != null && !heard) {
            messages.drop(connection);
        }
        heard = false;
    }

    long number(Script script, byte[][] keys, byte[]... args) {
        return Objects.requireNonNull(answer(script, keys, args));
    }

    /** A number, or null. */
    @Nullable
    Long answer(Script script, byte[][] keys, byte[]... args) {
        return run(script, ScriptOutputType.INTEGER, keys, args);
    }

    byte[] bytes(Script script, byte[][] keys, byte[]... args) {
        return run(script, ScriptOutputType.VALUE, keys, args);
    }

    List<Object> list(Script script, byte[][] keys, byte[]... args) {
        return run(script, ScriptOutputType.MULTI, keys, args);
    }

    private <T> T run(Script script, ScriptOutputType type, byte[][] keys, byte[]... args) {
        try {
            return ask(connection -> connection.async().evalsha(script.digest(), type, keys, args));
        } catch (StoreException failure) {
            if (Answer.lacksScript(failure.getCause())) {
                return ask(connection -> connection.async().eval(script.text(), type, keys, args));
            }
            throw failure;
        }
    }

    /** Sends a command that is not repeated, and waits for its answer. */
    <T> T ask(Function<StatefulRedisConnection<byte[], byte[]>, RedisFuture<T>> command) {
        var connection = connected();
        try {
            return await(command.apply(connection));
        } catch (StoreException failure) {
            if (Answer.asksForAnother(failure.getCause())) {
                commands.drop(connection);
            }
            throw failure;
        }
    }

    /** A connection that was lost a moment ago is waited for; whoever waits sees to it that it is tried for now. */
    private StatefulRedisConnection<byte[], byte[]> connected() {
        var standing = commands.current();
        if (standing != null) {
            return standing;
        }
        try {
            return await(commands.connection(), shorter(patience, LONGEST_TO_CONNECT));
        } catch (StoreException noAnswer) {
            throw new StoreException(
                    Reason.UNREACHABLE, "there is no connection to Redis at the moment", noAnswer.getCause());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private <T> T await(Future<T> asked) {
        return await(asked, patience);
    }

    private <T> T await(Future<T> asked, Duration atMost) {
        try {
            return Uninterrupted.get(asked, atMost, clock);
        } catch (ExecutionException | CancellationException failure) {
            throw Answer.failure(failure);
        } catch (TimeoutException silent) {
            throw new StoreException(
                    Reason.TIMED_OUT, "the server did not answer within " + atMost.toMillis() + " ms", silent);
        }
    }

    @Override
    public void close() {
        CompletableFuture.allOf(commands.close(), messages.close()).whenComplete((closed, failure) -> servers.close());
    }
}
