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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coordination.spi.Characteristic;
import io.coordination.spi.TokenDurability;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorBuilderTests {

    @Test
    void unknownSchemeNamesTheKnownOnes() {
        assertThatExceptionOfType(UnknownSchemeException.class)
                .isThrownBy(() -> Coordinator.open("foo://host"))
                .withMessageContaining("foo://")
                .withMessageContaining("memory")
                .withMessageContaining("zake");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "memory", "//x", "://x", "memory://a:99999", "memory://a:abc", "memory://x?a=1&a=2"})
    void urlThatMakesNoSenseIsRefused(String url) {
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> Coordinator.open(url));
    }

    @Test
    void unknownOptionIsRefused() {
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(() -> Coordinator.open("memory://x?tiemout=3"))
                .withMessageContaining("tiemout");
    }

    @Test
    void passwordIsNeverShown() {
        var url = "memory://user:s3cr3t@" + UUID.randomUUID();
        try (var coordinator = Coordinator.open(url)) {
            assertThat(coordinator.url() + coordinator).doesNotContain("s3cr3t");
        }
        assertThatThrownBy(() -> Coordinator.open("foo://user:s3cr3t@host")).hasMessageNotContaining("s3cr3t");
        assertThatThrownBy(() -> Coordinator.open("memory://user:s3c@r3t@host"))
                .hasMessageNotContaining("s3c")
                .hasMessageNotContaining("r3t");
        assertThatThrownBy(() -> Coordinator.builder()
                        .url("memory://host")
                        .credentials("user", "s3cr3t")
                        .require(Characteristic.DISTRIBUTED_ACROSS_HOSTS)
                        .open())
                .isInstanceOf(UnmetDemandException.class)
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void tokensOfMemoryAreNoneThatSurvive() {
        memory().requireTokenDurability(TokenDurability.VOLATILE).open().close();
        assertThatExceptionOfType(UnmetDemandException.class)
                .isThrownBy(() -> memory().requireTokenDurability(TokenDurability.FAILOVER_UNSAFE)
                        .open())
                .withMessageContaining("are VOLATILE as it is set up, which is less than FAILOVER_UNSAFE");
    }

    @Test
    void timesOutOfRangeAreRefused() {
        for (var timeout : new Duration[] {
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofMillis(1),
            Duration.ofDays(31),
            Duration.ofSeconds(Long.MAX_VALUE)
        }) {
            assertThatExceptionOfType(BadOptionException.class)
                    .isThrownBy(() -> memory().sessionTimeout(timeout).open())
                    .withMessageContaining("session timeout");
            if (!timeout.equals(Duration.ofMillis(1))) {
                assertThatExceptionOfType(BadOptionException.class)
                        .isThrownBy(() -> memory().pollInterval(timeout).open())
                        .withMessageContaining("poll interval");
            }
        }
    }

    @Test
    void memberIdIsMadeUpWhereNoneIsGiven() {
        try (var a = memory().open();
                var b = memory().open()) {
            assertThat(a.memberId()).isNotBlank().isNotEqualTo(b.memberId());
        }
    }

    @Test
    void partitionsOfAGroupAreOneNumber() {
        try (var coordinator = memory().open()) {
            assertThat(coordinator.partitioner("g")).isSameAs(coordinator.partitioner("g", 32));
            assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> coordinator.partitioner("g", 33));
            assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> coordinator.partitioner("h", 0));
            coordinator.partitioner("g").close();
            assertThat(coordinator.partitioner("g", 33).group()).isEqualTo("g");
        }
    }

    @Test
    void millionNamesLeaveNothingBehind() {
        try (var coordinator = memory().open()) {
            var before = used();
            for (var i = 0; i < 1_000_000; i++) {
                coordinator.lock("order-" + i).tryAcquire().orElseThrow().close();
            }
            assertThat(used() - before).isLessThan(8L * 1024 * 1024);
        }
    }

    private static long used() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static CoordinatorBuilder memory() {
        return Coordinator.builder().url("memory://" + UUID.randomUUID());
    }

    @Test
    void givenThreadsRunListenersButKeepNoLease() throws Exception {
        Queue<Thread> made = new ConcurrentLinkedQueue<>();
        var told = new CompletableFuture<Thread>();
        var closer = new CompletableFuture<Thread>();
        var coordinator = Coordinator.builder()
                .url("memory://" + UUID.randomUUID())
                .workerThreads(task -> {
                    var thread = new Thread(task);
                    made.add(thread);
                    return thread;
                })
                .open();
        coordinator.election("g").listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                told.complete(Thread.currentThread());
                coordinator.close();
                closer.complete(Thread.currentThread());
            }
        });
        coordinator.election("g").campaign();
        assertThat(made).contains(told.get(20, TimeUnit.SECONDS));
        assertThat(made)
                .extracting(Thread::getName)
                .allMatch(name -> name.startsWith("coordination-listener") || name.startsWith("coordination-worker"));
        assertThat(closer).as("a listener that closes does not wait for itself").succeedsWithin(Duration.ofSeconds(4));
        for (var thread : made) {
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
