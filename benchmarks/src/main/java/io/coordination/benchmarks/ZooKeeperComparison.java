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

import static io.coordination.benchmarks.ZooKeeperContestant.ALL;
import static io.coordination.benchmarks.ZooKeeperContestant.BARE;
import static io.coordination.benchmarks.ZooKeeperContestant.CURATOR;
import static io.coordination.benchmarks.ZooKeeperContestant.OURS;

import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.Lease;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;

/**
 * Locks and leaders on one ZooKeeper server beside the bare client, Curator and Spring Integration, in turns within one run, so
 * that what else the machine does meets all of them.
 */
final class ZooKeeperComparison {

    private static final int TURNS = 200;
    private static final int WARM_UP_TURNS = 600;
    private static final int PAIRS_A_TURN = 10;
    private static final int ROUNDS = 3;
    private static final int WARM_UP_ROUNDS = 3;
    private static final long ROUND_MILLIS = 1500;
    private static final int WAITERS = 200;

    private static final Pattern RECEIVED = Pattern.compile("zk_packets_received\\s+(\\d+)");

    private final String servers;
    private final int port;
    private final Path last;
    private int names;

    private ZooKeeperComparison(int port, Path last) {
        this.port = port;
        this.servers = "127.0.0.1:" + port;
        this.last = last;
    }

    /** Prints the table; a part is chosen by {@code pairs}, {@code hand-offs}, {@code waiters} or {@code leader}. */
    static void run(String part) throws Exception {
        var last = Files.createTempFile("last", "");
        Files.write(last, new byte[8]);
        try (var server = ZooKeeperProcess.server()) {
            var comparison = new ZooKeeperComparison(Integer.parseInt(server.hear("port")), last);
            System.out.println("| measurement | contestant | value | beside |");
            System.out.println("|---|---|---|---|");
            if ("pairs".contains(part)) {
                comparison.pairs();
            }
            if ("hand-offs".contains(part)) {
                comparison.handOffs(1, 8);
                comparison.handOffs(4, 2);
            }
            if ("waiters".contains(part)) {
                comparison.waiters(1);
                comparison.waiters(4);
            }
            if ("leader".contains(part)) {
                comparison.cleanStop();
                comparison.kill();
            }
        } finally {
            Files.delete(last);
        }
    }

    /** One thread takes and gives back a free lock. */
    private void pairs() throws Exception {
        var open = new ArrayList<ZooKeeperContestant>();
        for (var name : ALL) {
            open.add(ZooKeeperContestant.open(name, servers, "pair", true));
        }
        var nanos = new double[ALL.size()][TURNS];
        for (var turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
            for (var i = 0; i < open.size(); i++) {
                var start = System.nanoTime();
                for (var pair = 0; pair < PAIRS_A_TURN; pair++) {
                    open.get(i).take().release();
                }
                if (turn >= 0) {
                    nanos[i][turn] = (System.nanoTime() - start) / (double) PAIRS_A_TURN;
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
                    ALL.get(i),
                    format("%.0f µs", median(nanos[i]) / 1e3),
                    format("%.2f of the bare client", median(shares)));
            open.get(i).close();
        }
    }

    /** All threads take the lock again and again; counted is how often another one gets it. */
    private void handOffs(int processes, int threads) throws Exception {
        var rates = new HashMap<String, double[]>();
        var open = new HashMap<String, List<ZooKeeperProcess>>();
        for (var name : ALL) {
            rates.put(name, new double[ROUNDS]);
            open.put(name, contenders(name, processes, threads));
        }
        for (var round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (var name : ALL) {
                var all = open.get(name);
                for (var process : all) {
                    process.tell(String.valueOf(ROUND_MILLIS));
                }
                var handOffs = 0L;
                for (var process : all) {
                    handOffs += Long.parseLong(process.hear("done"));
                }
                if (round >= 0) {
                    rates.get(name)[round] = handOffs * 1e3 / ROUND_MILLIS;
                }
            }
        }
        for (var name : ALL) {
            row(
                    "hand-offs, " + processes + " × " + threads + " threads",
                    name,
                    format("%.0f a second", median(rates.get(name))),
                    format("%.2f times Curator", median(rates.get(name)) / median(rates.get(CURATOR))));
            close(open.get(name));
        }
    }

    /** 200 threads wait for a lock that is held, and each takes it once. */
    private void waiters(int processes) throws Exception {
        var millis = new HashMap<String, double[]>();
        var requests = new HashMap<String, double[]>();
        var open = new HashMap<String, List<ZooKeeperProcess>>();
        var first = new HashMap<String, ZooKeeperContestant>();
        for (var name : ALL) {
            millis.put(name, new double[ROUNDS]);
            requests.put(name, new double[ROUNDS]);
            open.put(name, contenders(name, processes, WAITERS / processes));
            first.put(name, ZooKeeperContestant.open(name, servers, "lock-" + names, false));
        }
        for (var round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (var name : ALL) {
                var held = first.get(name).take();
                for (var process : open.get(name)) {
                    process.tell("once");
                }
                for (var process : open.get(name)) {
                    process.hear("waiting");
                }
                LockSupport.parkNanos(200_000_000);
                var before = received();
                var start = System.nanoTime();
                held.release();
                for (var process : open.get(name)) {
                    process.hear("done");
                }
                if (round >= 0) {
                    millis.get(name)[round] = (System.nanoTime() - start) / 1e6;
                    requests.get(name)[round] = (received() - before) / (double) WAITERS;
                }
            }
        }
        for (var name : ALL) {
            row(
                    "200 waiters in " + processes + (processes == 1 ? " process" : " processes"),
                    name,
                    format("%.0f ms, %.1f requests a lock", median(millis.get(name)), median(requests.get(name))),
                    format("%.1f times the bare client", median(millis.get(name)) / median(millis.get(BARE))));
            first.get(name).close();
            close(open.get(name));
        }
    }

    private List<ZooKeeperProcess> contenders(String name, int processes, int threads) throws IOException {
        names++;
        var all = new ArrayList<ZooKeeperProcess>();
        for (var i = 0; i < processes; i++) {
            all.add(ZooKeeperProcess.contender(name, servers, "lock-" + names, threads, last));
        }
        for (var process : all) {
            process.hear("ready");
        }
        return all;
    }

    private static void close(List<ZooKeeperProcess> all) throws IOException {
        for (var process : all) {
            process.close();
        }
    }

    /** From the call that stops the leader until the next one knows. */
    private void cleanStop() throws Exception {
        var ours = new double[10];
        var theirs = new double[10];
        for (var i = 0; i < ours.length; i++) {
            try (var first = coordinator();
                    var second = coordinator()) {
                var leading = first.election("stop").campaign();
                while (!leading.isLeader()) {
                    LockSupport.parkNanos(1_000_000);
                }
                var next = granted(second.election("stop"));
                ours[i] = millisUntil(next, first::close);
            }
            try (var first = ZooKeeperContestant.curator(servers, 4_000);
                    var second = ZooKeeperContestant.curator(servers, 4_000)) {
                var leading = new LeaderLatch(first, "/stop");
                leading.start();
                leading.await();
                theirs[i] = millisUntil(granted(new LeaderLatch(second, "/stop")), leading::close);
            }
        }
        row("next leader after a clean stop", OURS, format("%.1f ms", median(ours)), spread(ours));
        row("next leader after a clean stop", "Curator LeaderLatch", format("%.1f ms", median(theirs)), spread(theirs));
    }

    /** From the end of the process that leads, whose session lasts four seconds. */
    private void kill() throws Exception {
        var ours = new double[3];
        var theirs = new double[3];
        try (var coordinator = coordinator();
                var curator = ZooKeeperContestant.curator(servers, 4_000)) {
            for (var i = 0; i < ours.length; i++) {
                try (var leader = ZooKeeperProcess.leader(OURS, servers)) {
                    leader.hear("leads");
                    ours[i] = millisUntil(granted(coordinator.election("g")), leader::kill);
                    coordinator.election("g").close();
                }
                try (var leader = ZooKeeperProcess.leader(CURATOR, servers);
                        var next = new LeaderLatch(curator, "/leader")) {
                    leader.hear("leads");
                    theirs[i] = millisUntil(granted(next), leader::kill);
                }
            }
        }
        row("next leader after kill -9, session of 4 s", OURS, format("%.0f ms", median(ours)), spread(ours));
        row(
                "next leader after kill -9, session of 4 s",
                "Curator LeaderLatch",
                format("%.0f ms", median(theirs)),
                spread(theirs));
    }

    private Coordinator coordinator() {
        return Coordinator.builder()
                .url("zookeeper://" + servers)
                .sessionTimeout(Duration.ofSeconds(4))
                .open();
    }

    private static CompletableFuture<Long> granted(Election next) {
        var granted = new CompletableFuture<Long>();
        next.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                granted.complete(System.nanoTime());
            }
        });
        next.campaign();
        return granted;
    }

    private static CompletableFuture<Long> granted(LeaderLatch next) throws Exception {
        var granted = new CompletableFuture<Long>();
        next.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                granted.complete(System.nanoTime());
            }

            @Override
            public void notLeader() {}
        });
        next.start();
        return granted;
    }

    private static double millisUntil(CompletableFuture<Long> granted, ZooKeeperContestant.Held stop) throws Exception {
        LockSupport.parkNanos(500_000_000);
        var start = System.nanoTime();
        stop.release();
        return (granted.get() - start) / 1e6;
    }

    private long received() throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("mntr".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            var found = RECEIVED.matcher(answer);
            if (!found.find()) {
                throw new IOException("no count in the answer to mntr");
            }
            return Long.parseLong(found.group(1));
        }
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
