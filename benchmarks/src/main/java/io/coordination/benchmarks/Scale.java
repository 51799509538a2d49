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

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What many held locks, a leader with nothing to do, and a group with many members cost. */
final class Scale {

    private static final int LOCKS = 10_000;
    private static final Duration WHILE = Duration.ofSeconds(20);
    private static final int PROCESSES = 4;
    private static final int CHANGES = 5;
    /** Of each process. All of a thousand share processors here which they do not share anywhere else. */
    private static final int WATCHING = Integer.getInteger("watching", 10);

    private final Arena arena;
    private final Arena.Server server;
    private final Path shared;

    Scale(Arena arena, Arena.Server server, Path shared) {
        this.arena = arena;
        this.server = server;
        this.shared = shared;
    }

    void run() throws Exception {
        // First: who comes after the dead that held many locks has something to do.
        for (var name : arena.leaders()) {
            leading(name);
        }
        for (var name : arena.contestants().isEmpty() ? List.of(OURS) : arena.contestants()) {
            if (!name.equals(BARE)) {
                holding(name);
            }
        }
    }

    private void holding(String name) throws Exception {
        try (var process = Contender.contend(arena, name, server.address(), "lock", 1, shared)) {
            process.hear("ready");
            process.tell("hold " + LOCKS);
            var held = process.hear("held").split(" ");
            row(
                    "10,000 held locks",
                    name,
                    format(
                            "taken in %s ms, %.1f KiB of heap each, %s more threads",
                            held[0], Long.parseLong(held[1]) / 1024.0, held[2]),
                    cost(process));
            process.kill();
        }
    }

    private void leading(String name) throws Exception {
        try (var process = Contender.lead(arena, name, server.address())) {
            process.hear("leads");
            LockSupport.parkNanos(2_000_000_000);
            row("a leader with nothing to do", name, "", cost(process));
        }
    }

    /** What a process asks of the server and of its processor while nobody asks anything of it. */
    private String cost(Companion process) throws Exception {
        var requests = arena.requests(server.address());
        var client = process.cpu();
        var before = server.cpu();
        LockSupport.parkNanos(WHILE.toNanos());
        return format(
                "%.1f requests, %.1f ms of CPU and %.1f ms of the server a second",
                (arena.requests(server.address()) - requests) / (double) WHILE.toSeconds(),
                process.cpu().minus(client).toMillis() / (double) WHILE.toSeconds(),
                server.cpu().minus(before).toMillis() / (double) WHILE.toSeconds());
    }

    void crowd() throws Exception {
        var url = arena.scheme() + "://" + server.address();
        var processes = new ArrayList<Companion>();
        for (var i = 0; i < PROCESSES; i++) {
            processes.add(Crowd.of(url, arena.crowd() / PROCESSES, WATCHING));
        }
        for (var process : processes) {
            process.hear("open");
        }
        var start = System.nanoTime();
        var joined = (last(processes, "join", "joined") - start) / 1e6;
        for (var process : processes) {
            process.tell("watch");
        }
        for (var process : processes) {
            process.hear("watching");
        }
        var list = new double[CHANGES];
        var seen = new double[CHANGES];
        for (var i = 0; i < CHANGES; i++) {
            try (var newcomer = Crowd.open(url)) {
                var group = newcomer.group(Crowd.GROUP);
                var asked = System.nanoTime();
                group.members();
                list[i] = (System.nanoTime() - asked) / 1e6;
                LockSupport.parkNanos(1_000_000_000);
                var change = System.nanoTime();
                group.join(Map.of(Crowd.NEWCOMER, i));
                seen[i] = (last(processes, null, "seen") - change) / 1e6;
            }
        }
        row(
                arena.crowd() + " members of a group, " + PROCESSES * WATCHING + " of which watch",
                OURS,
                format("joined in %.0f ms, listed in %.1f ms", joined, median(list)),
                format("%.0f ms until these were told of one more", median(seen)));
        for (var process : processes) {
            process.kill();
            process.close();
        }
    }

    private static long last(List<Companion> processes, String what, String word) throws Exception {
        if (what != null) {
            for (var process : processes) {
                process.tell(what);
            }
        }
        var last = Long.MIN_VALUE;
        for (var process : processes) {
            last = Math.max(last, Long.parseLong(process.hear(word)));
        }
        return last;
    }
}
