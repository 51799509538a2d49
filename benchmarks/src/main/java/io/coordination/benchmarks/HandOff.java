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

import io.coordination.Coordinator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock goes to and fro between two processes, each waiting while the other holds it for two milliseconds. A hand-off is the
 * time from before the release in one process until the other one has the lock, by the machine's monotonic clock.
 */
final class HandOff {

    private static final int ROUNDS = 600;
    private static final int WARM_UP = 200;
    private static final long HOLD_NANOS = Duration.ofMillis(2).toNanos();

    private HandOff() {}

    /** The hand-offs of two processes on the store, in nanoseconds, sorted. */
    static List<Long> between(String url) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("coordination-hand-off");
        var shared = directory.resolve("released");
        Files.write(shared, new byte[8]);
        var outputs = List.of(directory.resolve("a"), directory.resolve("b"));
        var processes = new ArrayList<Process>();
        for (var output : outputs) {
            processes.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            HandOff.class.getName(),
                            url,
                            shared.toString(),
                            output.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        var samples = new ArrayList<Long>();
        for (var i = 0; i < processes.size(); i++) {
            if (processes.get(i).waitFor() != 0) {
                throw new IllegalStateException("a process failed");
            }
            Files.readAllLines(outputs.get(i)).forEach(line -> samples.add(Long.valueOf(line)));
            Files.delete(outputs.get(i));
        }
        Files.delete(shared);
        Files.delete(directory);
        samples.sort(null);
        return samples;
    }

    /** One of the two processes. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var samples = new ArrayList<String>();
        try (var coordinator = Coordinator.open(args[0]);
                var file = FileChannel.open(Path.of(args[1]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var released = file.map(FileChannel.MapMode.READ_WRITE, 0, 16);
            var lock = coordinator.lock("x");
            coordinator.group("both").join();
            while (coordinator.group("both").members().size() < 2) {
                LockSupport.parkNanos(1_000_000);
            }
            for (var round = 0; round < ROUNDS; round++) {
                try (var lease = lock.acquire()) {
                    var now = System.nanoTime();
                    var mine = released.getLong(8) == ProcessHandle.current().pid();
                    if (round >= WARM_UP && !mine && lease.isValid()) {
                        samples.add(String.valueOf(now - released.getLong(0)));
                    }
                    LockSupport.parkNanos(HOLD_NANOS);
                    released.putLong(8, ProcessHandle.current().pid());
                    released.putLong(0, System.nanoTime());
                }
            }
        }
        Files.write(Path.of(args[2]), samples);
    }
}
