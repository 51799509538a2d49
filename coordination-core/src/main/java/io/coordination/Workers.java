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
package io.coordination;

import io.coordination.spi.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The threads of one coordinator. The timer only fires deadlines and never blocks; the keeper's thread renews and reopens;
 * workers do what recipes ask of the store in the background; listeners get threads of their own, so that a blocking one
 * stops nobody's renewal. All but the timer come on demand and go when idle.
 *
 * @param scheduler fires deadlines
 * @param keeper renews and reopens the session
 * @param work what recipes ask of the store
 * @param listeners users' callbacks
 * @param isOwnThread whether the calling thread is one of these, which must not wait for the others
 * @param shutdown ends the threads; waits for them up to five seconds, unless called by one of them
 */
record Workers(
        Scheduler scheduler,
        Executor keeper,
        Executor work,
        Executor listeners,
        BooleanSupplier isOwnThread,
        Runnable shutdown) {

    private static final int WORKERS = 4;
    private static final int LISTENERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Threads of the application's choice, which stay its own. */
    static Workers on(Scheduler scheduler, Executor executor) {
        return new Workers(scheduler, executor, executor, executor, () -> false, () -> {});
    }

    /** Threads of the coordinator's own. Those of the timer and the keeper, on which leases depend, are the platform's. */
    static Workers threads(ThreadFactory made) {
        Set<Thread> own = ConcurrentHashMap.newKeySet();
        var timer = new ScheduledThreadPoolExecutor(1, named(own, Thread::new, "coordination-timer"));
        timer.setRemoveOnCancelPolicy(true);
        var keeper = pool(1, named(own, Thread::new, "coordination-keeper"));
        var work = pool(WORKERS, named(own, made, "coordination-worker"));
        var listeners = pool(LISTENERS, named(own, made, "coordination-listener"));
        Scheduler scheduler = (delay, task) -> {
            try {
                var future = timer.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            } catch (RejectedExecutionException closed) {
                return () -> {};
            }
        };
        BooleanSupplier isOwnThread = () -> own.contains(Thread.currentThread());
        return new Workers(scheduler, keeper, work, listeners, isOwnThread, () -> {
            timer.shutdownNow();
            keeper.shutdown();
            work.shutdown();
            listeners.shutdown();
            if (!isOwnThread.getAsBoolean()) {
                await(keeper, work, listeners);
            }
        });
    }

    private static ThreadPoolExecutor pool(int size, ThreadFactory threads) {
        var pool = new ThreadPoolExecutor(size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(Set<Thread> own, ThreadFactory made, String name) {
        var number = new AtomicInteger();
        return task -> {
            var thread = made.newThread(() -> {
                own.add(Thread.currentThread());
                try {
                    task.run();
                } finally {
                    own.remove(Thread.currentThread());
                }
            });
            thread.setName(name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void await(ThreadPoolExecutor... pools) {
        var until = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (var pool : pools) {
                if (!pool.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    pool.shutdownNow();
                }
            }
        } catch (InterruptedException hurried) {
            for (var pool : pools) {
                pool.shutdownNow();
            }
            Thread.currentThread().interrupt();
        }
    }
}
