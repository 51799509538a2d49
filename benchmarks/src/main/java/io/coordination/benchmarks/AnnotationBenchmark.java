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
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.boot.autoconfigure.CoordinationAnnotationsAutoConfiguration;
import io.coordination.spring.boot.autoconfigure.CoordinationAutoConfiguration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.aopalliance.intercept.Joinpoint;
import org.aopalliance.intercept.MethodInterceptor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a guard costs on a call, on the store in memory, beside the direct call and an interceptor that does nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnnotationBenchmark {

    private final Work direct = new Work();
    private ConfigurableApplicationContext context;
    private Work intercepted;
    private Work guarded;
    private int argument;

    @Setup
    public void start() {
        var factory = new ProxyFactory(new Work());
        factory.setProxyTargetClass(true);
        factory.addAdvice((MethodInterceptor) Joinpoint::proceed);
        intercepted = (Work) factory.getProxy();
        context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "coordination.url=memory://" + UUID.randomUUID(),
                        "coordination.groups=workers",
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn")
                .run();
        guarded = context.getBean(Work.class);
        if (!AopUtils.isAopProxy(guarded)) {
            throw new IllegalStateException("nothing guards the work");
        }
        while (!context.getBean(Coordinator.class).election("workers").isLeader()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @TearDown
    public void stop() {
        context.close();
    }

    @Benchmark
    public int directCall() {
        return direct.plain(argument++);
    }

    @Benchmark
    public int noOpInterceptor() {
        return intercepted.plain(argument++);
    }

    @Benchmark
    public Integer distributedLockFixedName() {
        return guarded.fixed(argument++);
    }

    @Benchmark
    public Integer distributedLockSpelName() {
        return guarded.named(argument++ & 1023);
    }

    @Benchmark
    public Integer leaderOnlyOnTheLeader() {
        return guarded.led(argument++);
    }

    /** The work that is guarded. */
    public static class Work {

        /** Guarded by nothing. */
        public int plain(int x) {
            return x + 1;
        }

        /** Guarded by one lock. */
        @DistributedLock("fixed")
        public Integer fixed(int x) {
            return x + 1;
        }

        /** Guarded by a lock for each argument. */
        @DistributedLock("work-#{#x}")
        public Integer named(int x) {
            return x + 1;
        }

        /** Guarded by leadership. */
        @LeaderOnly("workers")
        public Integer led(int x) {
            return x + 1;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({CoordinationAutoConfiguration.class, CoordinationAnnotationsAutoConfiguration.class})
    static class Application {

        @Bean
        Work work() {
            return new Work();
        }
    }
}
