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

import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs all measurements in one go and prints them as the tables of {@code docs/performance.md}. */
public final class Benchmarks {

    private static final List<String> STORES = List.of("zookeeper", "redis", "memcached", "postgresql", "mariadb");

    private Benchmarks() {}

    /**
     * Runs them all; an argument limits the JMH part to the classes whose name contains it. The name of a store, {@code
     * zookeeper}, {@code redis}, {@code memcached}, {@code postgresql} or {@code mariadb}, runs the comparison on that store
     * instead, a second argument limits it to one part; {@code start-up} measures what an application needs to start.
     */
    public static void main(String[] args) throws Exception {
        System.out.printf(
                "%s %s on %d cores%n%n",
                System.getProperty("java.vm.name"),
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors());
        var only = args.length == 0 ? "" : args[0];
        if (STORES.contains(only)) {
            Comparison.run(Arena.of(only), args.length == 1 ? "" : args[1]);
            return;
        }
        if (only.equals("start-up")) {
            StartUp.run();
            return;
        }
        System.out.println("| measurement | time | error and allocation, or p99 |");
        System.out.println("|---|---|---|");
        for (var benchmark :
                List.of(AnnotationBenchmark.class, LockBenchmark.class, RingBenchmark.class, FileBenchmark.class)) {
            if (benchmark.getSimpleName().contains(only)) {
                jmh(benchmark);
            }
        }
        if (only.isEmpty()) {
            processes();
        }
    }

    private static void jmh(Class<?> benchmark) throws RunnerException {
        var options = new OptionsBuilder()
                .include("\\." + benchmark.getSimpleName() + "\\.")
                .forks(2)
                .warmupIterations(10)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        new Runner(options)
                .run().stream().sorted(Comparator.comparing(Benchmarks::name)).forEach(Benchmarks::print);
    }

    private static String name(RunResult result) {
        return result.getParams().getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)", "$1");
    }

    private static void print(RunResult result) {
        var primary = result.getPrimaryResult();
        var statistics = primary.getStatistics();
        if (result.getParams().getMode() == Mode.SampleTime) {
            row(name(result), time(statistics.getPercentile(50)) + " median", time(statistics.getPercentile(99)));
        } else {
            row(
                    name(result),
                    time(primary.getScore()),
                    String.format(
                            Locale.ROOT,
                            "± %s, %.0f bytes allocated",
                            time(primary.getScoreError()),
                            allocated(result)));
        }
    }

    private static double allocated(RunResult result) {
        return result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
    }

    private static void processes() throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("coordination-benchmarks").toRealPath();
        for (var url : List.of("file://" + directory, "ipc://benchmark-" + UUID.randomUUID())) {
            var scheme = url.substring(0, url.indexOf(':'));
            var samples = HandOff.between(url);
            row(
                    scheme + ": hand-off between two processes, n = " + samples.size(),
                    time(samples.get(samples.size() / 2)) + " median",
                    time(samples.get(samples.size() * 99 / 100)));
        }
        for (var url : List.of("memory://" + UUID.randomUUID(), "file://" + directory)) {
            var scheme = url.substring(0, url.indexOf(':'));
            var drain = Waiters.drain(url);
            row(
                    scheme + ": 200 waiters on one lock, each served once",
                    time(drain.millis() * 1e6),
                    time(drain.cpuMillis() * 1e6) + " CPU");
            var cost = Holding.cost(url);
            row(
                    scheme + ": 1000 locks held and 100 groups joined",
                    cost.threads() + " more threads",
                    String.format(Locale.ROOT, "%.1f KiB heap a lock", cost.kilobytesALock()));
        }
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void row(String what, String value, String more) {
        System.out.println("| " + what + " | " + value + " | " + more + " |");
    }

    private static String time(double nanos) {
        if (nanos < 1000) {
            return String.format(Locale.ROOT, "%.1f ns", nanos);
        }
        return nanos < 1e6
                ? String.format(Locale.ROOT, "%.1f µs", nanos / 1e3)
                : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
