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
import io.coordination.Election;
import io.coordination.Lease;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the recipes themselves cost, on the store in memory, beside a lock of the Java runtime. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LockBenchmark {

    private final ReentrantLock reentrant = new ReentrantLock();
    private final Coordinator coordinator = Coordinator.open("memory://" + UUID.randomUUID());
    private final CoordinationLock lock = coordinator.lock("x");
    private final Lease held = coordinator.lock("held").tryAcquire().orElseThrow();
    private final Election election = coordinator.election("g").campaign();

    @Setup
    public void lead() {
        while (!election.isLeader()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @TearDown
    public void close() {
        coordinator.close();
    }

    @Benchmark
    public int reentrantLockPair() {
        reentrant.lock();
        try {
            return reentrant.getHoldCount();
        } finally {
            reentrant.unlock();
        }
    }

    @Benchmark
    public long memoryTryAcquirePair() {
        try (var lease = lock.tryAcquire().orElseThrow()) {
            return lease.token();
        }
    }

    @Benchmark
    public long memoryAcquirePair() throws InterruptedException {
        try (var lease = lock.acquire()) {
            return lease.token();
        }
    }

    @Benchmark
    public boolean leaseIsValid() {
        return held.isValid();
    }

    @Benchmark
    public boolean electionIsLeader() {
        return election.isLeader();
    }
}
