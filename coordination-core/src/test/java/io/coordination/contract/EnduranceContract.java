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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.spi.SessionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Ten thousand cycles leave no thread, no descriptor, no memory and no record behind. */
public abstract class EnduranceContract extends Contract {

    private static final int WARM_UP = 500;
    private static final int BETWEEN_LOSSES = 500;
    private static final long MEGABYTE = 1024 * 1024;

    @Sized(usual = 500, full = 20_000)
    @Tag("slow")
    void cyclesOfLocksElectionsAndMembershipsLeaveNothingBehind(int cycles) throws IOException {
        var a = member("a");
        var b = member("b");
        cycles(a, b, WARM_UP);
        var threads = Thread.activeCount();
        var descriptors = descriptors();
        var heap = usedHeap();
        var traces = store.traces();
        cycles(a, b, cycles);
        assertThat(a.leases()).isEmpty();
        assertThat(a.elections()).isEmpty();
        assertThat(a.joinedGroups()).isEmpty();
        eventually("threads are back", () -> Thread.activeCount() <= threads + 2);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 5);
        assertThat(usedHeap() - heap).as("bytes more on the heap").isLessThan(8 * MEGABYTE);
        for (var trace : traces.entrySet()) {
            eventually("as many as before: " + traces, () -> store.traces().get(trace.getKey()) <= trace.getValue());
        }
        for (var i = 0; i < 10; i++) {
            assertThat(b.lock("lock-" + i).tryAcquire()).isPresent();
            assertThat(b.election("election-" + i).leader()).isEmpty();
        }
    }

    private void cycles(Coordinator a, Coordinator b, int number) {
        for (var i = 1; i <= number; i++) {
            try (var lease = a.lock("lock-" + i % 100).tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
                assertThat(b.lock("lock-" + i % 100).tryAcquire()).isEmpty();
            }
            if (i % 10 == 0) {
                try (var election = a.election("election-" + i % 7).campaign()) {
                    eventually("it leads", election::isLeader);
                }
                var group = a.group("group-" + i % 7);
                group.join(Map.of("cycle", i));
                group.leave();
            }
            if (i % BETWEEN_LOSSES == 0) {
                var old = a.lock("old").tryAcquire().orElseThrow();
                store.line().expire(a);
                eventually("the session is over", () -> !old.isValid());
                eventually("another session", () -> a.state() == SessionState.LIVE);
                old.close();
            }
        }
    }

    private static long descriptors() throws IOException {
        var open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (var list = Files.list(open)) {
            return list.count();
        }
    }

    private static long usedHeap() {
        var least = Long.MAX_VALUE;
        for (var i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
