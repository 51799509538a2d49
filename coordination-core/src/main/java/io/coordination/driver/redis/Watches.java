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
package io.coordination.driver.redis;

import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know of what. A change is told by a message; of a member or holder that dies none is sent, so whoever watched
 * looks again when the first of those it saw could be gone.
 */
final class Watches {

    private final Store store;
    private final Scheduler scheduler;
    private final Map<String, List<Runnable>> watches = new ConcurrentHashMap<>();
    private final Map<String, Scheduler.Cancellable> looks = new ConcurrentHashMap<>();

    Watches(Store store, Scheduler scheduler) {
        this.store = store;
        this.scheduler = scheduler;
    }

    Session.Watch begin(byte[] channel, Runnable changed) {
        var name = Keyspace.text(channel);
        watches.compute(name, (same, known) -> {
            var all = known == null ? new CopyOnWriteArrayList<Runnable>() : known;
            all.add(changed);
            return all;
        });
        store.listen(channel);
        var ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true)) {
                end(channel, changed);
            }
        };
    }

    private void end(byte[] channel, Runnable changed) {
        var name = Keyspace.text(channel);
        var left = watches.computeIfPresent(name, (same, all) -> {
            all.remove(changed);
            return all.isEmpty() ? null : all;
        });
        if (left == null) {
            cancel(looks.remove(name));
            store.ignore(channel);
            // A watch that began meanwhile.
            if (watches.containsKey(name)) {
                store.listen(channel);
            }
        }
    }

    /** What was read of a key may be true for so many milliseconds only; below zero it may be for ever. */
    void lookAfter(byte[] channel, long millis) {
        var name = Keyspace.text(channel);
        if (millis >= 0 && watches.containsKey(name)) {
            var look = scheduler.after(Duration.ofMillis(millis + 1), () -> changed(name));
            cancel(looks.put(name, look));
            if (!watches.containsKey(name)) {
                cancel(looks.remove(name));
            }
        }
    }

    void changed(String channel) {
        watches.getOrDefault(channel, List.of()).forEach(Runnable::run);
    }

    /** Anything may have changed. */
    void changed() {
        watches.keySet().forEach(this::changed);
    }

    void close() {
        watches.clear();
        looks.values().forEach(Watches::cancel);
        looks.clear();
    }

    private static void cancel(Scheduler.@Nullable Cancellable look) {
        if (look != null) {
            look.cancel();
        }
    }
}
