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
import java.util.UUID;

/** What a thousand held locks and a hundred joined groups cost in threads and heap. */
final class Holding {

    private static final int LOCKS = 1000;
    private static final int GROUPS = 100;

    private Holding() {}

    record Cost(int threads, double kilobytesALock) {}

    static Cost cost(String url) {
        try (var coordinator = Coordinator.open(url)) {
            coordinator.lock("warm-up").tryAcquire().orElseThrow().close();
            var threads = Thread.activeCount();
            for (var i = 0; i < GROUPS; i++) {
                coordinator.group("group-" + i).join();
            }
            var heap = usedHeap();
            var run = UUID.randomUUID();
            for (var i = 0; i < LOCKS; i++) {
                coordinator.lock(run + "-" + i).tryAcquire().orElseThrow();
            }
            var cost = new Cost(Thread.activeCount() - threads, (usedHeap() - heap) / 1024.0 / LOCKS);
            for (var i = 0; i < GROUPS; i++) {
                coordinator.group("group-" + i).leave();
                coordinator.group("group-" + i).delete();
            }
            return cost;
        }
    }

    private static long usedHeap() {
        for (var i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
