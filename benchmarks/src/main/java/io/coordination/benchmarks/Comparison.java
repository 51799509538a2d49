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
package io.coordination.benchmarks;

import static io.coordination.benchmarks.Arena.BARE;
import static io.coordination.benchmarks.Arena.OURS;
import static io.coordination.benchmarks.Table.format;
import static io.coordination.benchmarks.Table.median;
import static io.coordination.benchmarks.Table.row;
import static io.coordination.benchmarks.Table.spread;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Locks and leaders on one server beside the bare client and the peers, in turns within one run, so that what else the machine
 * does meets all of them.
 */
final class Comparison {

    private static final int TURNS = 200;
    private static final int WARM_UP_TURNS = 600;
    private static final int ROUNDS = 3;
    private static final int WARM_UP_ROUNDS = 8;
    private static final int COLD_ROUNDS = 3;
    private static final long ROUND_MILLIS = 1500;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int STOPS = 10;
    private static final int KILLS = 3;

    private final Arena arena;
    private final Arena.Server server;
    private final String address;
    private final Path shared;
    private int names;

    private Comparison(Arena arena, Arena.Server server, Path shared) {
        this.arena = arena;
        this.server = server;
        this.address = server.address();
        this.shared = shared;
    }

    /**
     * Prints the table; a part is chosen by {@code pairs}, {@code throughput}, {@code hand-offs}, {@code waiters}, {@code
     * 1000-waiters}, {@code leader}, {@code scale} or {@code crowd}.
     */
    static void run(Arena arena, String part) throws Exception {
        var shared = Files.createTempFile("shared", "");
        Files.write(shared, new byte[Contender.SHARED_BYTES]);
        try (var server = arena.start()) {
            var comparison = new Comparison(arena, server, shared);
            Table.head();
            if ("pairs".contains(part)) {
                comparison.pairs();
            }
            if ("throughput".contains(part)) {
                comparison.throughput(1);
                comparison.throughput(8);
            }
            if ("hand-offs".contains(part)) {
                comparison.handOffs(1, 8);
                comparison.handOffs(4, 2);
            }
            if ("waiters".contains(part)) {
                comparison.waiters(1);
                comparison.waiters(4);
            }
            if ("1000-waiters".contains(part)) {
                comparison.manyWaiters();
            }
            if ("leader".contains(part)) {
                for (var name : arena.leaders()) {
                    comparison.cleanStop(name);
                    comparison.kill(name);
                }
            }
            if ("scale".contains(part)) {
                new Scale(arena, server, shared).run();
            }
            if ("crowd".contains(part)) {
                new Scale(arena, server, shared).crowd();
            }
        } finally {
            Files.delete(shared);
        }
    }

    /** One thread takes and gives back a free lock. */
    private void pairs() throws Exception {
        var all = arena.alone();
        var open = new ArrayList<Contestant>();
        for (var name : all) {
            open.add(arena.open(name, address, true));
        }
        var nanos = new double[all.size()][TURNS];
        for (var turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
            for (var i = 0; i < open.size(); i++) {
                var start = System.nanoTime();
                for (var pair = 0; pair < arena.pairsATurn(); pair++) {
                    open.get(i).take("pair").release();
                }
                if (turn >= 0) {
                    nanos[i][turn] = (System.nanoTime() - start) / (double) arena.pairsATurn();
                }
            }
        }
        for (var i = 0; i < open.size(); i++) {
            var shares = new double[TURNS];
            for (var turn = 0; turn < TURNS; turn++) {
                shares[turn] = nanos[0][turn] / nanos[i][turn];
            }
            row(
                    "taking and releasing a free lock",
                    all.get(i),
                    format("%.0f µs", median(nanos[i]) / 1e3),
                    format("%.2f of the bare client", median(shares)));
            open.get(i).close();
        }
    }

    /** Threads take and give back free locks, each one of its own. */
    private void throughput(int threads) throws Exception {
        var all = arena.alone();
        var open = new ArrayList<Contestant>();
        var rates = new HashMap<String, double[]>();
        for (var name : all) {
            open.add(arena.open(name, address, true));
            rates.put(name, new double[ROUNDS]);
        }
        for (var round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (var i = 0; i < open.size(); i++) {
                var pairs = Contender.pairs(open.get(i), threads, ROUND_MILLIS);
                if (round >= 0) {
                    rates.get(all.get(i))[round] = pairs * 1e3 / ROUND_MILLIS;
                }
            }
        }
        for (var i = 0; i < open.size(); i++) {
            var rate = median(rates.get(all.get(i)));
            row(
                    "pairs a second, " + threads + (threads == 1 ? " thread" : " threads, a name each"),
                    all.get(i),
                    format("%.0f", rate),
                    format("%.2f of the bare client", rate / median(rates.get(BARE))));
            open.get(i).close();
        }
    }

    /** All threads take the lock again and again; counted is how often another one gets it. */
    private void handOffs(int processes, int threads) throws Exception {
        var rates = new HashMap<String, double[]>();
        var medians = new HashMap<String, double[]>();
        var open = new HashMap<String, List<Companion>>();
        for (var name : arena.contestants()) {
            rates.put(name, new double[ROUNDS]);
            medians.put(name, new double[ROUNDS]);
            open.put(name, contenders(name, processes, threads));
        }
        for (var round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (var name : arena.contestants()) {
                var all = open.get(name);
                for (var process : all) {
                    process.tell(String.valueOf(ROUND_MILLIS));
                }
                var handOffs = 0L;
                var times = new double[processes];
                for (var i = 0; i < processes; i++) {
                    var done = all.get(i).hear("done").split(" ");
                    handOffs += Long.parseLong(done[0]);
                    times[i] = Long.parseLong(done[1]);
                }
                if (round >= 0) {
                    rates.get(name)[round] = handOffs * 1e3 / ROUND_MILLIS;
                    medians.get(name)[round] = median(times);
                }
            }
        }
        var best = bestPeer(rates);
        for (var name : arena.contestants()) {
            row(
                    "hand-offs, " + processes + " × " + threads + " threads",
                    name,
                    format("%.0f a second, median %.2f ms", median(rates.get(name)), median(medians.get(name)) / 1e6),
                    format("%.2f times %s", median(rates.get(name)) / median(rates.get(best)), best));
            close(open.get(name));
        }
    }

    /** Where there is no peer, the bare client. */
    private static String bestPeer(Map<String, double[]> rates) {
        return rates.keySet().stream()
                .filter(name -> !name.equals(BARE) && !name.startsWith(OURS))
                .max(Comparator.comparing(name -> median(rates.get(name))))
                .orElse(BARE);
    }

    /** 200 threads wait for a lock that is held, and each takes it once: in new processes, and in some that did so for long. */
    private void waiters(int processes) throws Exception {
        var where = "200 waiters in " + processes + (processes == 1 ? " process" : " processes");
        var all = arena.contestants();
        var waiting = new HashMap<String, Waiting>();
        for (var name : all) {
            waiting.put(name, waiting(name, 200, processes));
        }
        drain(where + ", cold", all, COLD_ROUNDS, ROUNDS, waiting);
        for (var round = 0; round < WARM_UP_ROUNDS; round++) {
            for (var name : arena.contestants()) {
                for (var process : waiting.get(name).processes()) {
                    process.tell(String.valueOf(ROUND_MILLIS));
                }
                for (var process : waiting.get(name).processes()) {
                    process.hear("done");
                }
            }
        }
        drain(where + ", warm", all, 0, ROUNDS, waiting);
        for (var each : waiting.values()) {
            each.close();
        }
    }

    /** 1000 of them, once after a first time; a bare client that needs a connection for each is left out. */
    private void manyWaiters() throws Exception {
        for (var name : arena.contestantsOf(1000)) {
            var waiting = waiting(name, 1000, 1);
            drain("1000 waiters in 1 process", List.of(name), 1, 1, Map.of(name, waiting));
            waiting.close();
        }
    }

    /** The processes that wait for a lock, and who has it before them. */
    private record Waiting(int threads, String lock, List<Companion> processes, Contestant first) {

        void close() throws IOException {
            first.close();
            Comparison.close(processes);
        }

        Duration cpu() {
            return processes.stream().map(Companion::cpu).reduce(Duration.ZERO, Duration::plus);
        }
    }

    private Waiting waiting(String name, int threads, int processes) throws Exception {
        var all = contenders(name, processes, threads / processes);
        return new Waiting(threads, "lock-" + names, all, arena.open(name, address, false));
    }

    private void drain(String what, List<String> all, int unmeasured, int rounds, Map<String, Waiting> waiting)
            throws Exception {
        var millis = new HashMap<String, double[]>();
        var requests = new HashMap<String, double[]>();
        var clients = new HashMap<String, double[]>();
        var servers = new HashMap<String, double[]>();
        var idle = new HashMap<String, Double>();
        for (var name : all) {
            for (var figures : List.of(millis, requests, clients, servers)) {
                figures.put(name, new double[rounds]);
            }
        }
        for (var round = -unmeasured; round < rounds; round++) {
            for (var name : all) {
                var here = waiting.get(name);
                var held = here.first().take(here.lock());
                for (var process : here.processes()) {
                    process.tell("once");
                }
                for (var process : here.processes()) {
                    process.hear("waiting");
                }
                LockSupport.parkNanos(200_000_000);
                var before = arena.requests(address);
                if (round == 0) {
                    LockSupport.parkNanos(IDLE.toNanos());
                    idle.put(name, (arena.requests(address) - before) / (double) IDLE.toSeconds());
                    before = arena.requests(address);
                }
                var client = here.cpu();
                var server = this.server.cpu();
                var start = System.nanoTime();
                held.release();
                for (var process : here.processes()) {
                    process.hear("done");
                }
                if (round >= 0) {
                    millis.get(name)[round] = (System.nanoTime() - start) / 1e6;
                    clients.get(name)[round] = here.cpu().minus(client).toMillis();
                    servers.get(name)[round] = this.server.cpu().minus(server).toMillis();
                    requests.get(name)[round] = (arena.requests(address) - before) / (double) here.threads();
                }
            }
        }
        for (var name : all) {
            row(
                    what,
                    name,
                    format(
                            "%.0f ms, CPU %.0f ms and %.0f ms of the server, %.1f requests a lock, %.1f a second"
                                    + " before",
                            median(millis.get(name)),
                            median(clients.get(name)),
                            median(servers.get(name)),
                            median(requests.get(name)),
                            idle.get(name)),
                    millis.containsKey(BARE)
                            ? format("%.1f times the bare client", median(millis.get(name)) / median(millis.get(BARE)))
                            : "");
        }
    }

    private List<Companion> contenders(String name, int processes, int threads) throws IOException {
        names++;
        var all = new ArrayList<Companion>();
        for (var i = 0; i < processes; i++) {
            all.add(Contender.contend(arena, name, address, "lock-" + names, threads, shared));
        }
        for (var process : all) {
            process.hear("ready");
        }
        return all;
    }

    private static void close(List<Companion> all) throws IOException {
        for (var process : all) {
            process.close();
        }
    }

    /** From the call that stops the leader until the next one knows. */
    private void cleanStop(String name) throws Exception {
        var millis = new double[STOPS];
        for (var i = 0; i < STOPS; i++) {
            var leads = new CompletableFuture<Long>();
            var next = new CompletableFuture<Long>();
            var first = arena.campaign(name, address, () -> leads.complete(System.nanoTime()));
            leads.get();
            var second = arena.campaign(name, address, () -> next.complete(System.nanoTime()));
            millis[i] = millisUntil(next, first::close);
            second.close();
        }
        row("next leader after a clean stop", name, format("%.1f ms", median(millis)), spread(millis));
    }

    /** From the end of the process that leads. */
    private void kill(String name) throws Exception {
        var millis = new double[KILLS];
        for (var i = 0; i < KILLS; i++) {
            var leader = Contender.lead(arena, name, address);
            leader.hear("leads");
            var next = new CompletableFuture<Long>();
            var second = arena.campaign(name, address, () -> next.complete(System.nanoTime()));
            millis[i] = millisUntil(next, leader::kill);
            second.close();
        }
        row("next leader after kill -9", name, format("%.0f ms", median(millis)), spread(millis));
    }

    private static double millisUntil(CompletableFuture<Long> granted, Contestant.Held stop) throws Exception {
        LockSupport.parkNanos(500_000_000);
        var start = System.nanoTime();
        stop.release();
        return (granted.get() - start) / 1e6;
    }
}
