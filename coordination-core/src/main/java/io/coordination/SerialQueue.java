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

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other on threads of a shared executor. A task that throws is logged and forgotten; one that
 * blocks holds up this queue only, and what does not fit behind it is dropped with one warning.
 */
final class SerialQueue implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);
    private static final int LONGEST = 1024;

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private boolean dropping;

    SerialQueue(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (tasks.size() >= LONGEST) {
                if (!dropping) {
                    LOG.warn(
                            "A listener has not returned while {} events waited for it; further ones are dropped",
                            LONGEST);
                }
                dropping = true;
                return;
            }
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException closed) {
            clear();
        }
    }

    private void drain() {
        for (var task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (Exception | Error failure) {
                LOG.warn("A task of the coordinator failed", failure);
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            var task = tasks.poll();
            running = task != null;
            dropping &= running;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void clear() {
        lock.lock();
        try {
            tasks.clear();
            running = false;
        } finally {
            lock.unlock();
        }
    }
}
