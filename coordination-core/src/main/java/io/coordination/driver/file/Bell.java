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
package io.coordination.driver.file;

import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket at which a session is woken, and the one thread that listens. Whoever changed a record connects, writes its key
 * and goes. Whoever has to know when a session ends connects and stays: the end of the connection is the news, at once and
 * without a thread for it. (Waiting for the lock of the other session's file would do too, were it not that two processes
 * that wait for one another are a deadlock to the kernel, which refuses the second one.)
 */
final class Bell {

    private static final Logger LOG = LoggerFactory.getLogger(Bell.class);

    /** How many can have rung, on every system, before one is turned away. So after so many, everything is looked at. */
    private static final int BACKLOG = 64;

    private static final int LONGEST_RING = 1024;
    private static final String STAYS = "attends";
    private static final long POLL_MILLIS = 50;

    private final Path sessions;
    private final RecordSession session;
    private final Clock clock;
    private final @Nullable ServerSocketChannel server;
    private final Selector selector;

    /** The sessions attended, and whether there is a connection to them. */
    private final Map<String, Boolean> attended = new ConcurrentHashMap<>();

    private final Queue<String> unlinked = new ConcurrentLinkedQueue<>();
    private final Set<String> deaf = new HashSet<>();
    private int heard;
    private volatile boolean closed;

    /**
     * A bell that is heard once it is started.
     *
     * @param server where it rings; null on a system without such sockets, where everything is looked at often instead
     */
    Bell(Path sessions, RecordSession session, Clock clock, @Nullable ServerSocketChannel server) {
        this.sessions = sessions;
        this.session = session;
        this.clock = clock;
        this.server = server;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw RecordFiles.failure(sessions, e);
        }
    }

    static ServerSocketChannel listen(Path path) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.configureBlocking(false);
            return server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Rings at a session of another process. When it is gone, or has a lot to hear already, nothing happens. */
    static void ring(Path sessions, String id, Key key) {
        try {
            connect(sessions, id, key.kind() + " " + key.name()).close();
        } catch (IOException | UnsupportedOperationException turnedAway) {
            LOG.trace("Turned away at the bell of {}", id, turnedAway);
        }
    }

    void start() throws IOException {
        if (server != null) {
            server.register(selector, SelectionKey.OP_ACCEPT);
        }
        var thread = new Thread(this::run, "coordination-" + session.id());
        thread.setDaemon(true);
        thread.start();
    }

    void attend(Collection<String> ids) {
        for (var id : ids) {
            if (attended.putIfAbsent(id, false) == null) {
                look(id);
            }
        }
    }

    /** Whether a session stands for certain, because there is a connection to it. */
    boolean isLinked(String id) {
        return attended.getOrDefault(id, false);
    }

    /** Hears that a session of this process ended. */
    void ended(String id) {
        if (attended.containsKey(id)) {
            look(id);
        }
    }

    void close() {
        closed = true;
        selector.wakeup();
    }

    private void look(String id) {
        unlinked.add(id);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                var polls = server == null || !deaf.isEmpty();
                selector.select(
                        polls ? POLL_MILLIS + ThreadLocalRandom.current().nextLong(POLL_MILLIS) : 0);
                List.copyOf(selector.selectedKeys()).forEach(this::ready);
                selector.selectedKeys().clear();
                unlinked.addAll(deaf);
                deaf.clear();
                for (var id = unlinked.poll(); id != null && !closed; id = unlinked.poll()) {
                    link(id);
                }
                if (server == null) {
                    everything();
                }
            }
        } catch (IOException e) {
            LOG.debug("The bell of {} broke", session.id(), e);
        } finally {
            selector.keys().forEach(key -> closeQuietly(key.channel()));
            closeQuietly(selector);
            if (!closed) {
                session.lost("the thread that listens for other sessions ended");
            }
        }
    }

    private void ready(SelectionKey key) {
        var about = key.attachment();
        try {
            if (about instanceof String id) {
                if (((SocketChannel) key.channel()).read(ByteBuffer.allocate(1)) < 0) {
                    throw new IOException(id + " hung up");
                }
            } else if (about instanceof ByteBuffer ring) {
                hear((SocketChannel) key.channel(), ring);
            } else {
                accept((ServerSocketChannel) key.channel());
            }
        } catch (IOException gone) {
            closeQuietly(key.channel());
            if (about instanceof String id) {
                attended.replace(id, false);
                unlinked.add(id);
            } else {
                everything();
            }
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            for (var channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                hear(channel, ByteBuffer.allocate(LONGEST_RING));
                if (++heard % BACKLOG == 0) {
                    everything();
                }
            }
        } catch (IOException e) {
            // No descriptors are left, for one: what rings stays in the queue.
            LOG.debug("The bell of {} can not be answered", session.id(), e);
            clock.park(Duration.ofMillis(POLL_MILLIS).toNanos());
            everything();
        }
    }

    /** Reads what there is. Whoever rings may be stopped between any two steps, and is not waited for. */
    private void hear(SocketChannel channel, ByteBuffer ring) throws IOException {
        while (ring.hasRemaining()) {
            var read = channel.read(ring);
            if (read < 0) {
                break;
            }
            if (read == 0) {
                if (!channel.isRegistered()) {
                    channel.register(selector, SelectionKey.OP_READ, ring);
                }
                return;
            }
        }
        channel.close();
        var text = new String(ring.array(), 0, ring.position(), StandardCharsets.UTF_8);
        var space = text.indexOf(' ');
        if (text.isEmpty()) {
            everything();
        } else if (space >= 0) {
            quietly(() -> session.rung(new Key(Key.Kind.valueOf(text.substring(0, space)), text.substring(space + 1))));
        }
    }

    private void link(String id) {
        if (Jvm.owns(id)) {
            if (Jvm.SESSIONS.containsKey(id)) {
                attended.replace(id, true);
            } else {
                over(id);
            }
            return;
        }
        try {
            connect(sessions, id, STAYS).register(selector, SelectionKey.OP_READ, id);
            attended.replace(id, true);
        } catch (IOException | UnsupportedOperationException noAnswer) {
            if (Presence.stands(sessions, id)) {
                deaf.add(id);
            } else {
                over(id);
            }
        }
    }

    private void over(String id) {
        attended.remove(id);
        quietly(() -> session.died(id));
    }

    private void everything() {
        quietly(session::rung);
    }

    private void quietly(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.debug("A change could not be followed up by {}", session.id(), e);
        }
    }

    private static SocketChannel connect(Path sessions, String id, String text) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(BellPath.of(sessions, id)))) {
                throw new IOException("no room in the queue of " + id);
            }
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // Nothing depends on it.
        }
    }
}
