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

import static io.coordination.benchmarks.Table.format;
import static io.coordination.benchmarks.Table.median;
import static io.coordination.benchmarks.Table.row;
import static io.coordination.benchmarks.Table.spread;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/**
 * How much longer an application needs to start with this project on its class path, where it joins a group and campaigns on
 * the store in memory, and what it then costs while it has nothing to do.
 */
final class StartUp {

    private static final int STARTS = 15;
    private static final int WARM_UP = 3;
    private static final Duration IDLE = Duration.ofSeconds(20);

    private StartUp() {}

    static void run() throws IOException {
        var with = System.getProperty("java.class.path");
        var without = Arrays.stream(with.split(File.pathSeparator))
                .filter(path -> !Path.of(path).getFileName().toString().startsWith("coordination-"))
                .collect(Collectors.joining(File.pathSeparator));
        var millis = new double[2][STARTS];
        for (var start = -WARM_UP; start < STARTS; start++) {
            for (var i = 0; i < 2; i++) {
                try (var application = new Companion(i == 0 ? without : with, StartUp.class)) {
                    var took = Double.parseDouble(application.hear("started").split(" ")[0]);
                    if (start >= 0) {
                        millis[i][start] = took;
                    }
                }
            }
        }
        var added = new double[STARTS];
        for (var start = 0; start < STARTS; start++) {
            added[start] = millis[1][start] - millis[0][start];
        }
        Table.head();
        started("an application without this project", without, millis[0], "");
        started(
                "the same with it, on memory",
                with,
                millis[1],
                format("; %.0f ms more to start (%s)", median(added), spread(added)));
    }

    private static void started(String what, String classPath, double[] millis, String more) throws IOException {
        try (var application = new Companion(classPath, StartUp.class)) {
            var threads = application.hear("started").split(" ")[1];
            LockSupport.parkNanos(2_000_000_000);
            var cpu = application.cpu();
            LockSupport.parkNanos(IDLE.toNanos());
            var idle = application.cpu().minus(cpu).toMillis() / (double) IDLE.toSeconds();
            row(
                    "start",
                    what,
                    format("%.0f ms (%s)%s", median(millis), spread(millis), more),
                    format("%s threads, %.1f ms of CPU a second when idle", threads, idle));
        }
    }

    /** The application: says how long it needed since its process began, and how many threads it has. */
    public static void main(String[] args) throws IOException {
        new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "coordination.url=memory://start-up",
                        "coordination.groups=workers",
                        "spring.main.banner-mode=off",
                        "spring.main.keep-alive=true",
                        "logging.level.root=warn")
                .run();
        var took = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println(
                "started " + took + " " + ManagementFactory.getThreadMXBean().getThreadCount());
        System.out.flush();
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }

    /** Whatever is on the class path. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
