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

import io.coordination.CoordinationLock;
import io.coordination.Coordinator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An uncontended lock in files, beside the bare kernel lock, which has no token, no holder's name and no waiters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FileBenchmark {

    private Path directory;
    private FileChannel channel;
    private Coordinator files;
    private Coordinator ipc;
    private CoordinationLock fileLock;
    private CoordinationLock ipcLock;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("coordination-benchmark").toRealPath();
        channel = FileChannel.open(directory.resolve("raw"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        files = Coordinator.open("file://" + directory);
        ipc = Coordinator.open("ipc://benchmark-" + UUID.randomUUID());
        fileLock = files.lock("x");
        ipcLock = ipc.lock("x");
    }

    @TearDown
    public void close() throws IOException {
        files.close();
        ipc.close();
        channel.close();
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Benchmark
    public boolean rawFileChannelLockPair() throws IOException {
        try (var lock = channel.lock()) {
            return lock.isValid();
        }
    }

    @Benchmark
    public long filePair() {
        try (var lease = fileLock.tryAcquire().orElseThrow()) {
            return lease.token();
        }
    }

    @Benchmark
    public long ipcPair() {
        try (var lease = ipcLock.tryAcquire().orElseThrow()) {
            return lease.token();
        }
    }
}
