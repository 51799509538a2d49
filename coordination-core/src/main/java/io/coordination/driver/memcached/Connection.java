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
package io.coordination.driver.memcached;

import io.coordination.driver.support.TlsHandshake;
import io.coordination.driver.support.Uninterrupted;
import io.coordination.spi.Clock;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import net.spy.memcached.CASResponse;
import net.spy.memcached.CASValue;
import net.spy.memcached.CachedData;
import net.spy.memcached.ClientMode;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.ConnectionObserver;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.internal.OperationFuture;
import net.spy.memcached.ops.StatusCode;
import net.spy.memcached.transcoders.Transcoder;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one server, by the binary protocol, in which every write answers with its number (its "cas"). Requests
 * that are sent before an answer is waited for share a round trip. Nothing is sent twice.
 */
final class Connection implements AutoCloseable {

    private static final String LOGGER = "net.spy.log.LoggerImpl";
    private static final long SLOWEST_RECONNECT = 1;
    private static final int MOST_WAITING = 1000;

    static {
        // Else the client writes to standard error. It reads this once, when it is loaded.
        if (System.getProperty(LOGGER) == null) {
            System.setProperty(LOGGER, "net.spy.memcached.compat.log.SLF4JLogger");
        }
    }

    /** What is kept under a key, as the write of this number left it. */
    record Item(byte[] bytes, long cas) {}

    /** An answer that is on its way. */
    @FunctionalInterface
    interface Asked<T> {

        /** Waits for it; throws {@code TIMED_OUT} when the outcome is unknown. */
        T get();
    }

    private final Settings settings;
    private final Clock clock;
    private final Set<OperationFuture<?>> waiting = ConcurrentHashMap.newKeySet();
    private final ReentrantLock replacing = new ReentrantLock();
    private volatile Client client;
    private volatile CountDownLatch up = new CountDownLatch(1);
    private volatile @Nullable Runnable reconnected;
    private volatile boolean closed;

    /** Returns when the connection stands. */
    Connection(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        if (settings.tls() == null) {
            Greeting.exchange(settings);
        }
        client = connect();
        try {
            requireUp();
        } catch (StoreException refused) {
            close();
            throw explained(refused);
        }
    }

    private Client connect() {
        var factory = new ConnectionFactoryBuilder()
                .setClientMode(ClientMode.Static)
                .setProtocol(ConnectionFactoryBuilder.Protocol.BINARY)
                .setFailureMode(FailureMode.Cancel)
                .setInitialObservers(List.of(new Observer()))
                .setOpTimeout(settings.patience().toMillis())
                .setMaxReconnectDelay(SLOWEST_RECONNECT)
                .setUseNagleAlgorithm(false)
                // It would join writes to one whose answers carry no numbers.
                .setShouldOptimize(false)
                .setDaemon(true);
        if (settings.tls() != null) {
            factory.setSSLContext(settings.tls()).setHostnameForTlsVerification(settings.host());
        }
        try {
            return new Client(factory.build(), settings.address());
        } catch (IOException e) {
            throw new StoreException(Reason.UNREACHABLE, "no connection to " + settings.host() + " can be made", e);
        }
    }

    /** An answer that is none may end the client's thread, and with it the client. */
    private void requireRunning() {
        if (client.isRunning()) {
            return;
        }
        replacing.lock();
        try {
            if (!client.isRunning() && !closed) {
                up = new CountDownLatch(1);
                end(client);
                client = connect();
                if (closed) {
                    end(client);
                }
            }
        } finally {
            replacing.unlock();
        }
    }

    private void end(Client over) {
        over.shutdown();
        // The client would let them wait for an answer that can not come any more.
        waiting.forEach(future -> future.cancel());
    }

    /** The client writes what is wrong with TLS to its log, and tries for ever. */
    private StoreException explained(StoreException refused) {
        var tls = settings.tls();
        try {
            var problem = tls == null
                    ? null
                    : TlsHandshake.problem(tls, settings.host(), settings.port(), settings.patience());
            return problem == null
                    ? refused
                    : new StoreException(
                            Reason.UNREACHABLE,
                            "no connection with TLS: " + problem
                                    + "; mend the client's trust store, its key, or the server's certificate",
                            refused);
        } catch (IOException unreached) {
            refused.addSuppressed(unreached);
            return refused;
        }
    }

    /** Waits a while for a connection that is being made again. */
    private void requireUp() {
        if (up.getCount() == 0) {
            return;
        }
        try {
            if (up.await(settings.patience().toNanos(), TimeUnit.NANOSECONDS) && !closed) {
                return;
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        throw new StoreException(
                Reason.UNREACHABLE,
                "there is no connection to " + settings.host() + ":" + settings.port() + ", nor was one made within "
                        + settings.patience().toMillis() + " ms");
    }

    /** Runs something after each connection that follows a broken one. Must not block. */
    void onReconnect(Runnable task) {
        reconnected = task;
    }

    /** {@return the number of the write, or 0 when the key was there} */
    Asked<Long> add(String key, int seconds, byte[] bytes) {
        return asked(
                () -> client.add(key, seconds, bytes, Bytes.INSTANCE),
                (future, stored) -> stored ? future.getCas() : 0);
    }

    /** {@return the number of the write, or 0 when the key is gone or was written meanwhile} */
    Asked<Long> replace(String key, int seconds, byte[] bytes, long cas) {
        return asked(
                () -> client.asyncCAS(key, cas, seconds, bytes, Bytes.INSTANCE),
                (future, answer) -> answer == CASResponse.OK ? future.getCas() : 0);
    }

    /** {@return whether it was deleted; not when it is gone or was written meanwhile} */
    Asked<Boolean> delete(String key, long cas) {
        return asked(() -> client.delete(key, cas), (future, deleted) -> deleted);
    }

    /** Whatever is there. */
    Asked<Boolean> delete(String key) {
        return asked(() -> client.delete(key), (future, deleted) -> deleted);
    }

    Asked<@Nullable Item> get(String key) {
        return asked(() -> client.asyncGets(key, Bytes.INSTANCE), (future, value) -> item(value));
    }

    /** Gets it, and lets it live on for this long. */
    Asked<@Nullable Item> getAndTouch(String key, int seconds) {
        return asked(() -> client.asyncGetAndTouch(key, seconds, Bytes.INSTANCE), (future, value) -> item(value));
    }

    /** {@return whether it was there} */
    Asked<Boolean> touch(String key, int seconds) {
        return asked(() -> client.touch(key, seconds), (future, there) -> there);
    }

    private static @Nullable Item item(@Nullable CASValue<byte[]> value) {
        return value == null ? null : new Item(value.getValue(), value.getCas());
    }

    @FunctionalInterface
    private interface Reading<A, T> {
        T read(OperationFuture<A> future, A answer);
    }

    private <A, T> Asked<T> asked(Supplier<OperationFuture<A>> request, Reading<A, T> reading) {
        requireRunning();
        requireUp();
        // The client takes nothing from a thread that is interrupted, which may have something to give back.
        var interrupted = Thread.interrupted();
        try {
            var future = request.get();
            if (waiting.size() > MOST_WAITING) {
                waiting.removeIf(OperationFuture::isDone);
            }
            waiting.add(future);
            if (closed) {
                future.cancel();
            }
            return () -> await(future, reading);
        } catch (IllegalStateException | AssertionError ended) {
            throw new StoreException(
                    Reason.UNREACHABLE, "the connection is closed, or does not take more requests", ended);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <A, T> T await(OperationFuture<A> future, Reading<A, T> reading) {
        try {
            var answer = Uninterrupted.get(future, settings.patience(), clock);
            refuseErrors(future);
            return reading.read(future, answer);
        } catch (TimeoutException silent) {
            throw new StoreException(
                    Reason.TIMED_OUT,
                    settings.host() + " did not answer within "
                            + settings.patience().toMillis() + " ms",
                    silent);
        } catch (ExecutionException broken) {
            throw new StoreException(Reason.TIMED_OUT, "the connection broke before the answer came", broken);
        } finally {
            waiting.remove(future);
        }
    }

    private static void refuseErrors(OperationFuture<?> future) {
        var status = future.getStatus();
        var code = status.getStatusCode();
        if (!status.isSuccess()
                && code != StatusCode.ERR_EXISTS
                && code != StatusCode.ERR_NOT_FOUND
                && code != StatusCode.ERR_NOT_STORED) {
            throw new StoreException(Reason.REFUSED, "memcached answered " + code + ": " + status.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        up.countDown();
        end(client);
    }

    /** The library's, which says whether it can still be used. */
    private static final class Client extends MemcachedClient {

        Client(ConnectionFactory factory, InetSocketAddress server) throws IOException {
            super(factory, List.of(server));
        }

        boolean isRunning() {
            return mconn.isAlive();
        }
    }

    private final class Observer implements ConnectionObserver {

        @Override
        public void connectionEstablished(SocketAddress server, int attempts) {
            up.countDown();
            var task = reconnected;
            if (task != null) {
                task.run();
            }
        }

        @Override
        public void connectionLost(SocketAddress server) {
            if (!closed) {
                up = new CountDownLatch(1);
            }
        }
    }

    /** Bytes as they are: what strangers stored is never turned into objects. */
    private enum Bytes implements Transcoder<byte[]> {
        INSTANCE;

        @Override
        public boolean asyncDecode(CachedData data) {
            return false;
        }

        @Override
        public CachedData encode(byte[] bytes) {
            return new CachedData(0, bytes, getMaxSize());
        }

        @Override
        public byte[] decode(CachedData data) {
            return data.getData();
        }

        @Override
        public int getMaxSize() {
            return CachedData.MAX_SIZE;
        }
    }
}
