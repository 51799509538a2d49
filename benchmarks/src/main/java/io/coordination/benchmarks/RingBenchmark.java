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

import io.coordination.HashRing;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The hash ring with a thousand members. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {

    private final HashMap<String, Integer> weights = weights();
    private final HashRing ring = HashRing.of(weights);
    private final String[] keys = keys();
    private int next;

    @Benchmark
    public Optional<String> owner() {
        return ring.owner(keys[next++ & 1023]);
    }

    @Benchmark
    public HashRing withOneMore() {
        return ring.with("one-more", 1);
    }

    @Benchmark
    public HashRing wholeRing() {
        return HashRing.of(weights);
    }

    private static HashMap<String, Integer> weights() {
        var weights = new HashMap<String, Integer>();
        for (var i = 0; i < 1000; i++) {
            weights.put("member-" + i, 1);
        }
        return weights;
    }

    private static String[] keys() {
        var keys = new String[1024];
        for (var i = 0; i < keys.length; i++) {
            keys[i] = "key-" + i;
        }
        return keys;
    }
}
