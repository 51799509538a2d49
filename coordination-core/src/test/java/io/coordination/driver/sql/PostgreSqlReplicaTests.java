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
package io.coordination.driver.sql;

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static io.coordination.driver.sql.DatabaseFaultTests.isRefused;
import static io.coordination.driver.sql.DatabaseFaultTests.isReleased;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.spi.TokenDurability;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that dies, and its replica that takes over. */
@Tag("slow")
class PostgreSqlReplicaTests {

    private static final Duration LEASE = Duration.ofSeconds(20);

    @Test
    void holdsAndTokensOutliveAFailOverToAReplicaThatCommitsWaitFor() throws Exception {
        try (var primary = PostgreSqlServer.open();
                var replica = PostgreSqlServer.replicaOf(primary);
                var backend = new SqlBackend(primary, new PostgreSqlWire(), Duration.ofMillis(100))) {
            try (var early = member(backend, "early")) {
                assertThat(early.tokenDurability()).isEqualTo(TokenDurability.FAILOVER_UNSAFE);
            }
            primary.execute(List.of("ALTER SYSTEM SET synchronous_standby_names = '*'"));
            primary.execute(List.of("SELECT pg_reload_conf()"));
            try (var a = member(backend, "a");
                    var b = member(backend, "b")) {
                eventually("a member sees it", () -> {
                    try (var next = member(backend, "next")) {
                        return next.tokenDurability() == TokenDurability.DURABLE;
                    }
                });
                var lease = a.lock("x").tryAcquire().orElseThrow();
                var last = a.lock("y").tryAcquire().orElseThrow();
                primary.kill();
                replica.promote();
                backend.proxy().redirect(replica.port());
                backend.proxy().breakConnections();
                eventually("it is still held", () -> isRefused(b));
                assertThat(lease.isValid()).isTrue();
                eventually("it is released", () -> isReleased(lease));
                var next = inBackground(() -> b.lock("x").acquire()).get(20, TimeUnit.SECONDS);
                assertThat(next.token()).isGreaterThan(last.token());
            }
        }
    }

    private static Coordinator member(SqlBackend backend, String id) {
        return backend.member().memberId(id).sessionTimeout(LEASE).open();
    }
}
