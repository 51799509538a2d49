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
package io.coordination.contract;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and one server, and understands their frames: cuts and freezes the line, loses single answers, counts
 * requests and round trips. Requests sent before the answer to an earlier one was passed on belong to the same trip; while
 * the count is looked at, the first answer of a trip is held back for some naps, so that this does not depend on the machine's
 * speed: naps, as the time of a clock passes also while the whole process stands still.
 */
public final class FaultProxy implements AutoCloseable {

    private static final long NAP = Duration.ofMillis(1).toNanos();
    private static final int NAPS = 20;
    private static final int HELD_AFTER_A_LOOK = 64;

    /** How frames look on the wire. */
    public interface Protocol {

        /** For one connection, where frames can not be told by themselves. */
        default Protocol ofConnection() {
            return this;
        }

        /** Reads one frame with whatever delimits it. */
        byte[] read(DataInputStream from) throws IOException;

        /** What a request is; {@code first} says that it is the connection's first frame. */
        Request request(byte[] frame, boolean first);

        /** The id of the request that a frame answers, or {@link #NONE}. */
        long answered(byte[] frame, boolean first);

        /** Answers nobody's request, or asks for nothing that counts. */
        long NONE = Long.MIN_VALUE;

        /** Whatever comes at a time is a frame: for a server of any kind, where nobody counts. */
        Protocol BYTES = new Protocol() {

            @Override
            public byte[] read(DataInputStream from) throws IOException {
                var some = new byte[16 << 10];
                var length = from.read(some);
                if (length < 0) {
                    throw new EOFException();
                }
                return Arrays.copyOf(some, length);
            }

            @Override
            public Request request(byte[] frame, boolean first) {
                return new Request(0, ANY);
            }

            @Override
            public long answered(byte[] frame, boolean first) {
                return 0;
            }
        };

        /** What {@link #BYTES} calls each request. */
        String ANY = "any";
    }

    /**
     * A request.
     *
     * @param id by which its answer is known, or {@link Protocol#NONE} for one that does not count
     * @param call what it does, by which {@link #loseReplyOf} knows it
     */
    public record Request(long id, String call) {}

    private final ServerSocket server;
    private final Protocol protocol;
    private final Set<Pair> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong trips = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicReference<String> robbed = new AtomicReference<>("");
    private final Random noise = new Random(1);
    private volatile int upstream;
    private volatile boolean cut;
    private volatile boolean requestsFrozen;
    private volatile boolean answersFrozen;
    private volatile @Nullable Supplier<byte[]> garbled;
    private volatile long delay;
    private volatile long requestDelay;

    public FaultProxy(int upstream, Protocol protocol) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.upstream = upstream;
        this.protocol = protocol;
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Breaks all connections and takes no new one. */
    public void cut() {
        cut = true;
        live.forEach(Pair::close);
    }

    /** Breaks all connections; new ones get through. */
    public void breakConnections() {
        live.forEach(Pair::close);
    }

    /** Nothing gets through, but connections stand. */
    public void freeze() {
        freezeRequests();
        freezeAnswers();
    }

    /** Requests do not get through; connections stand, and answers come. */
    public void freezeRequests() {
        requestsFrozen = true;
    }

    /** Requests take effect, but answers do not come; connections stand. */
    public void freezeAnswers() {
        answersFrozen = true;
    }

    /** Requests take effect, but noise comes in place of answers, and then the connection breaks. */
    public void garble() {
        garbled = this::noise;
    }

    /** The same with something that may be taken for an answer. */
    public void garble(byte... answer) {
        garbled = () -> answer;
    }

    public void restore() {
        cut = false;
        garbled = null;
        requestsFrozen = false;
        answersFrozen = false;
        delay = 0;
        requestDelay = 0;
    }

    /** Holds every answer back for this long. */
    public void delay(Duration delay) {
        this.delay = delay.toNanos();
    }

    /** Holds every request back for this long. */
    public void delayRequests(Duration delay) {
        requestDelay = delay.toNanos();
    }

    /** New connections go to this port. */
    public void redirect(int port) {
        upstream = port;
    }

    /** The next request of this call takes effect, but its connection breaks in place of its answer. */
    public void loseReplyOf(String call) {
        robbed.set(call);
    }

    public long trips() {
        held.set(HELD_AFTER_A_LOOK);
        return trips.get();
    }

    public long requests() {
        return requests.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException refused) {
                // The client sees it, too.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (cut) {
            client.close();
            return;
        }
        Pair pair;
        try {
            pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), upstream));
        } catch (IOException noServer) {
            client.close();
            return;
        }
        live.add(pair);
        if (cut) {
            pair.close();
        }
        start(pair::toServer);
        start(pair::toClient);
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private byte[] noise() {
        var some = new byte[100];
        noise.nextBytes(some);
        return some;
    }

    private static void rest(long since, long nanos) {
        while (System.nanoTime() - since < nanos) {
            LockSupport.parkNanos(nanos - (System.nanoTime() - since));
        }
    }

    private record Sent(long nanos, long trip, boolean robbed) {}

    private final class Pair {

        private final Socket client;
        private final Socket server;
        private final Protocol spoken = protocol.ofConnection();
        private final Map<Long, Sent> open = new ConcurrentHashMap<>();
        private long tripHeld;

        Pair(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void toServer() {
            pump(client, server, true);
        }

        void toClient() {
            pump(server, client, false);
        }

        private void pump(Socket from, Socket to, boolean asking) {
            try {
                var in = new DataInputStream(from.getInputStream());
                var out = to.getOutputStream();
                for (var first = true; ; first = false) {
                    var frame = spoken.read(in);
                    var other = asking ? null : garbled;
                    while (asking ? requestsFrozen : answersFrozen) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    if (asking) {
                        rest(System.nanoTime(), requestDelay);
                        asked(spoken.request(frame, first));
                    } else if (other != null) {
                        out.write(other.get());
                        return;
                    } else if (!answered(spoken.answered(frame, first))) {
                        return;
                    }
                    out.write(frame);
                }
            } catch (IOException broken) {
                // Ends below.
            } finally {
                close();
            }
        }

        private void asked(Request request) {
            if (request.id() == Protocol.NONE) {
                return;
            }
            requests.incrementAndGet();
            if (open.isEmpty()) {
                trips.incrementAndGet();
            }
            open.put(request.id(), new Sent(System.nanoTime(), trips.get(), robbed.compareAndSet(request.call(), "")));
        }

        private boolean answered(long id) {
            var sent = id == Protocol.NONE ? null : open.get(id);
            if (sent == null) {
                return true;
            }
            rest(sent.nanos(), delay);
            if (sent.trip() != tripHeld && held.get() > 0 && held.getAndDecrement() > 0) {
                tripHeld = sent.trip();
                for (var i = 0; i < NAPS; i++) {
                    LockSupport.parkNanos(NAP);
                }
            }
            open.remove(id);
            return !sent.robbed();
        }

        void close() {
            live.remove(this);
            for (var socket : new Socket[] {client, server}) {
                try {
                    socket.close();
                } catch (IOException gone) {
                    // It is closed all the same.
                }
            }
        }
    }

    /** Frames that begin with their length in four bytes. */
    public static byte[] lengthPrefixed(DataInputStream from) throws IOException {
        var length = from.readInt();
        if (length < 0 || length > 64 << 20) {
            throw new EOFException("a frame of " + length + " bytes");
        }
        var frame = new byte[4 + length];
        for (var i = 0; i < 4; i++) {
            frame[i] = (byte) (length >>> 24 - 8 * i);
        }
        from.readFully(frame, 4, length);
        return frame;
    }

    /** The content of a frame after its length. */
    public static DataInputStream content(byte[] frame) {
        return new DataInputStream(new ByteArrayInputStream(frame, 4, frame.length - 4));
    }
}
