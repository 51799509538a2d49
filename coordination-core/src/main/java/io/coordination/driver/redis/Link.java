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

import io.coordination.spi.Scheduler;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is made anew whenever it breaks, until it is closed. What was under way then has failed: the client
 * library's own way to connect again would send it a second time, maybe after it was taken back.
 *
 * @param <C> the kind of connection
 */
final class Link<C extends StatefulConnection<byte[], byte[]>> {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Supplier<CompletionStage<C>> connect;
    private final Function<C, CompletionStage<?>> begin;
    private final Scheduler scheduler;

    /** Connections that have not been closed; the client library complains of one that is closed twice. */
    private final Set<C> open = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable C current;
    private volatile boolean closed;
    private @Nullable CompletableFuture<C> attempt;
    private volatile @Nullable Duration pause;

    /**
     * @param connect makes a connection, without blocking
     * @param begin what has to be done on every new one before it counts
     */
    Link(Supplier<CompletionStage<C>> connect, Function<C, CompletionStage<?>> begin, Scheduler scheduler) {
        this.connect = connect;
        this.begin = begin;
        this.scheduler = scheduler;
    }

    /** The connection, null while there is none. */
    @Nullable
    C current() {
        return current;
    }

    /** The connection, or else the outcome of an attempt to make one: the one under way, or one that begins now. */
    CompletableFuture<C> connection() {
        var standing = current;
        if (standing != null) {
            return CompletableFuture.completedFuture(standing);
        }
        var made = new CompletableFuture<C>();
        lock.lock();
        try {
            standing = current;
            if (standing != null || attempt != null) {
                return standing != null ? CompletableFuture.completedFuture(standing) : attempt;
            }
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("the session is closed"));
            }
            attempt = made;
        } finally {
            lock.unlock();
        }
        connecting().thenCompose(this::begin).whenComplete((connection, failure) -> settle(made, connection, failure));
        return made;
    }

    /** A client that was shut down does not answer with a failure, it throws. */
    private CompletionStage<C> connecting() {
        try {
            return connect.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private CompletionStage<C> begin(C connection) {
        open.add(connection);
        if (closed) {
            drop(connection);
            return CompletableFuture.failedFuture(new IllegalStateException("the session is closed"));
        }
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                drop(connection);
            }
        });
        return begin.apply(connection).handle((begun, failure) -> {
            if (failure != null) {
                drop(connection);
                throw new CompletionException(failure);
            }
            return connection;
        });
    }

    private void settle(CompletableFuture<C> made, @Nullable C connection, @Nullable Throwable failure) {
        lock.lock();
        try {
            attempt = null;
            current = connection;
            pause = connection == null ? longer(pause) : null;
        } finally {
            lock.unlock();
        }
        if (connection == null) {
            later();
            made.completeExceptionally(Objects.requireNonNull(failure));
            return;
        }
        made.complete(connection);
        // It may have been closed, or have broken before it was current.
        if (closed || !connection.isOpen()) {
            drop(connection);
        }
    }

    /** Gives up a connection and makes another one; says when the first is closed. */
    CompletableFuture<Void> drop(C connection) {
        var closing = open.remove(connection) ? connection.closeAsync() : CompletableFuture.<Void>completedFuture(null);
        lock.lock();
        try {
            if (current != connection) {
                return closing;
            }
            current = null;
        } finally {
            lock.unlock();
        }
        later();
        return closing;
    }

    private void later() {
        var wait = pause;
        if (!closed) {
            scheduler.after(wait == null ? FIRST_PAUSE : wait, this::connection);
        }
    }

    private static Duration longer(@Nullable Duration pause) {
        var doubled = pause == null ? FIRST_PAUSE : pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Closes it for good, and a connection that is still being begun with it; says when that is done. */
    CompletableFuture<Void> close() {
        closed = true;
        return CompletableFuture.allOf(open.stream().map(this::drop).toArray(CompletableFuture[]::new));
    }
}
