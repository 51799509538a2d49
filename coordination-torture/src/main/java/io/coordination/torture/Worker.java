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
package io.coordination.torture;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The main class of a member's process, which does at random all that a member can do, and does what its input says. */
final class Worker {

    /** What it says, once it could work and once it has done what it was told. */
    static final String DONE = "done";

    static final List<String> PARTS =
            IntStream.range(0, 8).mapToObj(i -> "part-" + i).toList();

    /** What is to remain of a member in its process once it was closed. */
    static final String NOTHING = "0 threads, 0 sockets";

    private static final int LOCKERS = 3;

    private final Coordinator member;
    private final Log log;
    private final Sightings sightings;
    private final List<Locker> lockers = new ArrayList<>();
    private final List<Thread> locking = new ArrayList<>();
    private final List<Thread> others = new ArrayList<>();
    private final List<Resource> resources = new ArrayList<>();
    private final Candidate candidate;
    private final Joiner joiner;

    private Worker(Coordinator member, Log log, int judge, long seed, boolean steady)
            throws IOException, InterruptedException {
        this.member = member;
        this.log = log;
        var random = new SplittableRandom(seed);
        var partitioner = whenOpen(() -> member.partitioner(Candidate.GROUP));
        sightings = new Sightings(member.memberId(), log, PARTS, partitioner::owns);
        for (var i = 0; i < LOCKERS; i++) {
            var locker = new Locker(member, log, sightings, resource(judge), random.split(), steady);
            lockers.add(locker);
            locking.add(new Thread(locker, "locker"));
        }
        candidate = new Candidate(member, log, sightings, resource(judge), random.split());
        joiner = new Joiner(member, log, sightings, random.split());
        others.add(new Thread(candidate, "candidate"));
        others.add(new Thread(joiner, "joiner"));
        others.add(new Thread(sightings, "sightings"));
        member.onStateChange(state -> log.add(0, What.STATE, Type.OK, "", 0, state));
    }

    private Resource resource(int judge) throws IOException {
        var resource = new Resource(member.memberId(), judge, log);
        resources.add(resource);
        return resource;
    }

    /**
     * Arguments: member, URL, lease and poll interval in milliseconds, the judge's port, the history's file, a seed,
     * whether it holds on to what it has.
     */
    public static void main(String[] arguments) throws Exception {
        var log = new Log(arguments[0], Path.of(arguments[5]));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> log.add(0, What.UNHANDLED, Type.INFO, thread.getName(), 0, failure));
        var member = open(arguments);
        log.add(0, What.START, Type.OK, "", 0, member.tokenDurability() + " " + member.characteristics());
        new Worker(
                        member,
                        log,
                        Integer.parseInt(arguments[4]),
                        Long.parseLong(arguments[6]),
                        Boolean.parseBoolean(arguments[7]))
                .obey();
    }

    /** A process that loads its classes first could take longer than a short lease. */
    private static Coordinator open(String[] arguments) throws InterruptedException {
        whenOpen(() -> open(arguments[0] + "-first", arguments[1], "30000", arguments[3]))
                .close();
        return whenOpen(() -> open(arguments[0], arguments[1], arguments[2], arguments[3]));
    }

    private static Coordinator open(String member, String url, String lease, String poll) {
        return Coordinator.builder()
                .memberId(member)
                .url(url)
                .sessionTimeout(Duration.ofMillis(Long.parseLong(lease)))
                .pollInterval(Duration.ofMillis(Long.parseLong(poll)))
                .open();
    }

    /** The store may be down. */
    static <T> T whenOpen(Supplier<T> attempt) throws InterruptedException {
        while (true) {
            try {
                return attempt.get();
            } catch (CoordinationException down) {
                Thread.sleep(100);
            }
        }
    }

    private void obey() throws Exception {
        System.out.println(DONE);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ");
            switch (words[0]) {
                case "work" -> work();
                case "stir" -> candidate.stir();
                case "collect" -> collectGarbage(Long.parseLong(words[1]));
                case "quiet" -> quiet();
                case "probe" -> probe();
                case "end" -> end();
                default -> throw new IllegalArgumentException(line);
            }
            System.out.println(DONE);
        }
        // Nobody is there any more to say what to do.
        Runtime.getRuntime().halt(1);
    }

    private void work() {
        locking.forEach(Thread::start);
        others.forEach(Thread::start);
    }

    /** Collects a large live set again and again, which stops all other threads but for moments. */
    private static void collectGarbage(long millis) {
        var live = new ArrayList<Object>();
        for (var i = 0; i < 600_000; i++) {
            live.add(new Object[] {i});
        }
        for (var since = System.nanoTime(); System.nanoTime() - since < millis * 1_000_000; ) {
            System.gc();
        }
        if (live.isEmpty()) {
            throw new AssertionError();
        }
    }

    private void quiet() throws InterruptedException {
        candidate.quieten();
        joiner.quieten();
        lockers.forEach(Locker::quieten);
        for (var thread : locking) {
            thread.join();
        }
    }

    private void probe() throws InterruptedException {
        var probes = Locker.NAMES.stream()
                .map(name -> new Thread(() -> probe(name), "probe"))
                .toList();
        probes.forEach(Thread::start);
        for (var probe : probes) {
            probe.join();
        }
        var leader = member.leader(Candidate.GROUP);
        log.add(
                0,
                What.PROBE,
                leader.isPresent() ? Type.OK : Type.FAIL,
                Candidate.LEADER,
                0,
                leader.map(who -> who.member()).orElse(""));
        log.add(0, What.PROBE, Type.OK, Candidate.GROUP, 0, joiner.members());
        var partitioner = member.partitioner(Candidate.GROUP);
        PARTS.forEach(part ->
                log.add(0, What.PROBE, Type.OK, part, 0, partitioner.owner(part).orElse("")));
    }

    private void probe(String name) {
        var op = log.nextOp();
        log.add(op, What.PROBE, Type.INVOKE, name, 0, "");
        try {
            var lease = member.lock(name).tryAcquire(member.sessionTimeout().plusSeconds(10));
            log.add(op, What.PROBE, lease.isPresent() ? Type.OK : Type.FAIL, name, 0, "");
            lease.ifPresent(Lease::close);
        } catch (CoordinationException | InterruptedException failure) {
            log.add(op, What.PROBE, Type.INFO, name, 0, failure);
        }
    }

    private void end() throws Exception {
        sightings.stop();
        for (var thread : others) {
            thread.interrupt();
            thread.join();
        }
        for (var resource : resources) {
            resource.close();
        }
        member.close();
        log.add(0, What.CLOSED, Type.OK, "", 0, remains());
        log.close();
        System.out.println(DONE);
        System.exit(0);
    }

    /** What has not gone a while after it was closed. */
    private static String remains() throws Exception {
        var patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String remains;
        do {
            Thread.sleep(50);
            var threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("coordination-"))
                    .count();
            long sockets;
            try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
                sockets = descriptors.filter(Worker::isSocket).count();
            }
            // Java's channels keep one socket for ever, once they closed another one.
            remains = threads + " threads, " + Math.max(0, sockets - 1) + " sockets";
        } while (!remains.equals(NOTHING) && System.nanoTime() < patience);
        return remains;
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }
}
