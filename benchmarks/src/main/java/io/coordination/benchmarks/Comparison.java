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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
    private static final int WAITERS = 200;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int STOPS = 10;
    private static final int KILLS = 3;

    private final Arena arena;
    private final String address;
    private final Path shared;
    private int names;

    private Comparison(Arena arena, String address, Path shared) {
        this.arena = arena;
        this.address = address;
        this.shared = shared;
    }

    /** Prints the table; a part is chosen by {@code pairs}, {@code hand-offs}, {@code waiters} or {@code leader}. */
    static void run(Arena arena, String part) throws Exception {
        var shared = Files.createTempFile("shared", "");
        Files.write(shared, new byte[Contender.SHARED_BYTES]);
        try (var server = arena.start()) {
            var comparison = new Comparison(arena, server.address(), shared);
            System.out.println("| measurement | contestant | value | beside |");
            System.out.println("|---|---|---|---|");
            if ("pairs".contains(part)) {
                comparison.pairs();
            }
            if ("hand-offs".contains(part) && !arena.contestants().isEmpty()) {
                comparison.handOffs(1, 8);
                comparison.handOffs(4, 2);
            }
            if ("waiters".contains(part) && !arena.contestants().isEmpty()) {
                comparison.waiters(1);
                comparison.waiters(4);
            }
            if ("leader".contains(part)) {
                for (var name : arena.leaders()) {
                    comparison.cleanStop(name);
                    comparison.kill(name);
                }
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
            open.add(arena.open(name, address, "pair", true));
        }
        var nanos = new double[all.size()][TURNS];
        for (var turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
            for (var i = 0; i < open.size(); i++) {
                var start = System.nanoTime();
                for (var pair = 0; pair < arena.pairsATurn(); pair++) {
                    open.get(i).take().release();
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
                    format("%.2f times the best peer", median(rates.get(name)) / best));
            close(open.get(name));
        }
    }

    private static double bestPeer(Map<String, double[]> rates) {
        return rates.entrySet().stream()
                .filter(rate -> !rate.getKey().equals(BARE) && !rate.getKey().equals(OURS))
                .mapToDouble(rate -> median(rate.getValue()))
                .max()
                .orElseThrow();
    }

    /** 200 threads wait for a lock that is held, and each takes it once: in new processes, and in some that did so for long. */
    private void waiters(int processes) throws Exception {
        var open = new HashMap<String, List<Companion>>();
        var first = new HashMap<String, Contestant>();
        for (var name : arena.contestants()) {
            open.put(name, contenders(name, processes, WAITERS / processes));
            first.put(name, arena.open(name, address, "lock-" + names, false));
        }
        var where = "200 waiters in " + processes + (processes == 1 ? " process" : " processes");
        waiters(where + ", cold", COLD_ROUNDS, open, first);
        for (var round = 0; round < WARM_UP_ROUNDS; round++) {
            for (var name : arena.contestants()) {
                for (var process : open.get(name)) {
                    process.tell(String.valueOf(ROUND_MILLIS));
                }
                for (var process : open.get(name)) {
                    process.hear("done");
                }
            }
        }
        waiters(where + ", warm", 0, open, first);
        for (var name : arena.contestants()) {
            first.get(name).close();
            close(open.get(name));
        }
    }

    private void waiters(String what, int unmeasured, Map<String, List<Companion>> open, Map<String, Contestant> first)
            throws Exception {
        var millis = new HashMap<String, double[]>();
        var requests = new HashMap<String, double[]>();
        var idle = new HashMap<String, Double>();
        for (var name : arena.contestants()) {
            millis.put(name, new double[ROUNDS]);
            requests.put(name, new double[ROUNDS]);
        }
        for (var round = -unmeasured; round < ROUNDS; round++) {
            for (var name : arena.contestants()) {
                var held = first.get(name).take();
                for (var process : open.get(name)) {
                    process.tell("once");
                }
                for (var process : open.get(name)) {
                    process.hear("waiting");
                }
                LockSupport.parkNanos(200_000_000);
                var before = arena.requests(address);
                if (round == 0) {
                    LockSupport.parkNanos(IDLE.toNanos());
                    idle.put(name, (arena.requests(address) - before) / (double) IDLE.toSeconds());
                    before = arena.requests(address);
                }
                var start = System.nanoTime();
                held.release();
                for (var process : open.get(name)) {
                    process.hear("done");
                }
                if (round >= 0) {
                    millis.get(name)[round] = (System.nanoTime() - start) / 1e6;
                    requests.get(name)[round] = (arena.requests(address) - before) / (double) WAITERS;
                }
            }
        }
        for (var name : arena.contestants()) {
            row(
                    what,
                    name,
                    format(
                            "%.0f ms, %.1f requests a lock, %.1f a second before",
                            median(millis.get(name)), median(requests.get(name)), idle.get(name)),
                    format("%.1f times the bare client", median(millis.get(name)) / median(millis.get(BARE))));
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

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String spread(double[] values) {
        var all = Arrays.stream(values).summaryStatistics();
        return format("%.1f to %.1f ms", all.getMin(), all.getMax());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static void row(String what, String contestant, String value, String beside) {
        System.out.println("| " + what + " | " + contestant + " | " + value + " | " + beside + " |");
    }
}
