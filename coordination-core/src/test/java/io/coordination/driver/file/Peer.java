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
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A member that is told what to do by words, so that it can live in another process ({@link #main} reads a line and prints the
 * answer) or behind another class loader ({@link Function} is known to all). Arguments: URL, member id.
 */
public final class Peer implements Function<String, String>, AutoCloseable {

    /** What tells an answer from a line of the log. */
    static final String ANSWER = "> ";

    private static final long PATIENCE = Duration.ofSeconds(20).toNanos();
    private static final AtomicLong CLAIMS = new AtomicLong();

    private final StoreUrl url;
    private final Session session;
    private final Map<String, Claim> claims = new ConcurrentHashMap<>();
    private final Map<String, Semaphore> changes = new ConcurrentHashMap<>();
    private final Map<String, FileChannel> locked = new ConcurrentHashMap<>();
    private volatile String lost = "";

    /** For another class loader: the URL and the member id, separated by a space. */
    public Peer(String arguments) {
        this(StoreUrl.parse(arguments.split(" ")[0]), arguments.split(" ")[1]);
    }

    Peer(StoreUrl url, String member) {
        this.url = url;
        var executor = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "peer-work");
            thread.setDaemon(true);
            return thread;
        });
        var with = new Surroundings(Clock.SYSTEM, (delay, task) -> () -> {}, executor);
        var driver = ServiceLoader.load(Driver.class, Peer.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.schemes().contains(url.scheme()))
                .findAny()
                .orElseThrow();
        session = driver.open(new Target(url, member, "", Duration.ofSeconds(10), null), with, new Events());
    }

    public static void main(String[] arguments) throws IOException {
        try (var peer = new Peer(StoreUrl.parse(arguments[0]), arguments[1])) {
            System.out.println(ANSWER + "ready");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(ANSWER + peer.apply(line));
            }
        } catch (StoreException notOpened) {
            System.out.println(ANSWER + notOpened.reason() + " " + notOpened.getMessage());
        }
    }

    Session session() {
        return session;
    }

    @Override
    public String apply(String command) {
        try {
            return obey(command.split(" "));
        } catch (StoreException e) {
            return e.reason() + " " + e.getMessage();
        } catch (IOException e) {
            return "IO " + e;
        } catch (InterruptedException e) {
            return "INTERRUPTED";
        }
    }

    private String obey(String[] words) throws IOException, InterruptedException {
        var name = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "claim" -> {
                var claim = session.claim(Key.lock(name), Mode.EXCLUSIVE, CLAIMS.incrementAndGet());
                claims.put(name, claim);
                yield claim.held() ? "held " + claim.token() : "waiting";
            }
            case "await" -> await(claims.get(name));
            case "release" -> {
                var now = System.nanoTime();
                claims.remove(name).release();
                yield "released " + now;
            }
            case "holders" ->
                session.holders(Key.lock(name)).stream().map(Holder::member).collect(Collectors.joining(","));
            case "join" -> {
                session.join(Key.group(name), new byte[0], true);
                yield "joined";
            }
            case "leave" -> "left " + session.leave(Key.group(name));
            case "members" ->
                session.members(Key.group(name)).stream().map(Entry::member).collect(Collectors.joining(","));
            case "watch" -> {
                var change = new Semaphore(0);
                changes.put(name, change);
                session.watch(Key.group(name), change::release);
                // Seen once, so that its members are attended.
                yield "watching " + obey(new String[] {"members", name});
            }
            case "changed" ->
                changes.get(name).tryAcquire(20, TimeUnit.SECONDS) ? "changed " + System.nanoTime() : "unchanged";
            case "renew" -> {
                session.renew();
                yield "renewed";
            }
            case "lost" -> lost;
            case "id" -> ((RecordSession) session).id();
            case "promises" -> session.traits().characteristics().toString();
            case "count" -> count(name, Path.of(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]));
            case "relay" -> relay(name, Integer.parseInt(words[2]));
            case "guests" -> {
                // Sessions that come and go beside this one, and use the same lock.
                var begun = System.nanoTime();
                var guests = 0;
                for (; System.nanoTime() - begun < Long.parseLong(words[2]) * 1_000_000; guests++) {
                    try (var guest = new Peer(url, "guest")) {
                        guest.session.holders(Key.lock(name));
                        guest.session.renew();
                    }
                }
                yield "guests " + guests;
            }
            case "lock-file" -> {
                var channel = FileChannel.open(Path.of(name), StandardOpenOption.WRITE);
                channel.lock();
                locked.put(name, channel);
                yield "locked";
            }
            case "try-lock-file" -> {
                try (var channel = FileChannel.open(Path.of(name), StandardOpenOption.WRITE);
                        var lock = channel.tryLock()) {
                    yield lock == null ? "busy" : "free";
                }
            }
            case "close" -> {
                session.close();
                yield "closed";
            }
            default -> throw new IOException("unknown command " + words[0]);
        };
    }

    /** Waits for a claim by its wake alone, and tells how often it had to look. */
    private static String await(Claim claim) throws InterruptedException {
        var wake = new Semaphore(0);
        for (var looks = 1; ; looks++) {
            if (claim.advance(wake::release)) {
                return "held " + claim.token() + " " + System.nanoTime() + " " + looks;
            }
            if (!wake.tryAcquire(PATIENCE, TimeUnit.NANOSECONDS)) {
                return "never woken";
            }
        }
    }

    /** Threads that each raise a number in a plain file under a lock. Tells their tokens in the order of the numbers. */
    private String count(String lock, Path file, int threads, int times) throws InterruptedException {
        var seen = new ConcurrentHashMap<Long, Long>();
        var workers = new ArrayList<Thread>();
        for (var i = 0; i < threads; i++) {
            var worker = new Thread(() -> {
                for (var done = 0; done < times; done++) {
                    var claim = session.claim(Key.lock(lock), Mode.EXCLUSIVE, CLAIMS.incrementAndGet());
                    try {
                        await(claim);
                        var next = Long.parseLong(Files.readString(file)) + 1;
                        Files.writeString(file, Long.toString(next));
                        seen.put(next, claim.token());
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    } finally {
                        claim.release();
                    }
                }
            });
            workers.add(worker);
            worker.start();
        }
        for (var worker : workers) {
            worker.join();
        }
        return seen.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .collect(Collectors.joining(" "));
    }

    /** Takes and gives a lock many times, holding it long enough for the other one to get in line. Tells the times. */
    private String relay(String lock, int times) throws InterruptedException {
        var passages = new ArrayList<String>();
        for (var i = 0; i < times; i++) {
            var claim = session.claim(Key.lock(lock), Mode.EXCLUSIVE, CLAIMS.incrementAndGet());
            await(claim);
            var taken = System.nanoTime();
            while (System.nanoTime() - taken < 500_000) {
                Thread.onSpinWait();
            }
            var given = System.nanoTime();
            var token = claim.token();
            claim.release();
            passages.add(token + ":" + taken + ":" + given);
        }
        return String.join(" ", passages);
    }

    @Override
    public void close() {
        session.close();
    }

    private final class Events implements SessionEvents {

        @Override
        public void live() {}

        @Override
        public void suspended(Duration belief) {}

        @Override
        public void lost(String reason) {
            lost = "session: " + reason;
        }

        @Override
        public void lost(Key key, long id, String reason) {
            lost = key + ": " + reason;
        }
    }
}
