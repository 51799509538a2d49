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
import static io.coordination.contract.Contract.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.AccessRefusedException;
import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.TokenRegressionException;
import io.coordination.spi.Characteristic;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults on PostgreSQL. */
@Tag("slow")
class PostgreSqlFaultTests extends DatabaseFaultTests {

    private static PostgreSqlServer server;

    @BeforeAll
    static void startServer() throws Exception {
        // What is committed without being waited for is on the disk late.
        server = PostgreSqlServer.open("wal_writer_delay=10s", "bgwriter_delay=10s");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DatabaseServer server() {
        return server;
    }

    @Override
    SqlBackend backend(Duration poll) throws IOException {
        return new SqlBackend(server, new PostgreSqlWire(), poll);
    }

    @Override
    String now() {
        return "clock_timestamp()";
    }

    @Override
    void terminateAll() {
        server.execute(List.of("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"));
    }

    @Override
    List<String> timeZone(int hours) {
        return List.of("ALTER DATABASE app SET timezone = " + hours);
    }

    @Test
    void releaseThatACrashTookBackIsDoneAgain() throws Exception {
        var a = opened(backend().member().memberId("a").sessionTimeout(Duration.ofSeconds(15)));
        var kept = a.lock("kept").tryAcquire().orElseThrow();
        Lease lease;
        do {
            backend().restore();
            lease = a.lock("x").acquire();
            lease.close();
            assertThat(rows()).isOne();
            server.kill();
            backend().cut();
            server.start();
            // Unless what writes the log, once in ten seconds, did so just then.
        } while (rows() == 1);
        assertThat(rows()).isEqualTo(2);
        backend().restore();
        var b = member("b");
        var next = inBackground(() -> b.lock("x").acquire()).get(30, TimeUnit.SECONDS);
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(kept.isValid()).isTrue();
    }

    /** The number of places in line is the last of the first nine bytes. */
    private boolean isWaiting(String name) {
        return count("SELECT count(*) FROM coordination_record WHERE namespace = ? AND name = '" + name
                        + "' AND get_byte(content, 8) > 1")
                > 0;
    }

    @Test
    void idleWaiterCostsOneStatementForEachThirdOfItsLease() {
        var lease = member("holder").lock("x").tryAcquire().orElseThrow();
        var b = opened(Coordinator.builder()
                .url(backend().url())
                .memberId("b")
                .sessionTimeout(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMinutes(10)));
        var waiting = inBackground(() -> b.lock("x").acquire());
        eventually("it waits", () -> isWaiting("x"));
        var before = backend().proxy().requests();
        var start = System.nanoTime();
        eventually(
                "time passes",
                () -> System.nanoTime() - start > Duration.ofSeconds(6).toNanos());
        var requests = backend().proxy().requests() - before;
        var seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        // The holder renews each two seconds, the waiter each second, and each looks once for what the dead left, in
        // two steps.
        assertThat(requests).isBetween(6L, Math.round(Math.ceil(seconds / 2) + Math.ceil(seconds)) + 2 + 2 * 2);
        lease.close();
        waiting.thenAccept(Lease::close).join();
    }

    @Test
    void databaseThatOnlyReadsEndsBeliefInTimeAndIsUsedAgainWhenItWrites() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.execute(List.of("ALTER ROLE app SET default_transaction_read_only = on"));
        try {
            terminateAll();
            assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        } finally {
            server.execute(List.of("ALTER ROLE app RESET default_transaction_read_only"));
            terminateAll();
        }
        assertThat(inBackground(() -> a.lock("x").acquire())
                        .get(20, TimeUnit.SECONDS)
                        .token())
                .isGreaterThan(lease.token());
    }

    @Test
    void releaseThatTheDatabaseRefusedIsMadeUpForOnceItAllowsIt() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        asOwner("REVOKE UPDATE, DELETE ON coordination_record FROM app");
        try {
            lease.close();
        } catch (CoordinationException refused) {
            assertThat(refused).isInstanceOf(AccessRefusedException.class);
        }
        asOwner("GRANT UPDATE, DELETE ON coordination_record TO app");
        assertThat(inBackground(() -> b.lock("x").acquire())
                        .get(20, TimeUnit.SECONDS)
                        .token())
                .isGreaterThan(lease.token());
    }

    @Test
    void tokensThatFellBackAreRefusedAsAResourceWouldRefuseThem() throws Exception {
        var a = member("a");
        var before = a.lock("x").tryAcquire().orElseThrow();
        before.close();
        var led = a.election("g").campaign();
        eventually("it leads", led::isLeader);
        var reached = led.lease().orElseThrow().token();
        try {
            // As in a database that came back from an older copy.
            restartTokensWith(1);
            assertThatExceptionOfType(TokenRegressionException.class)
                    .isThrownBy(() -> a.lock("x").tryAcquire())
                    .withMessageContainingAll("lock 'x'", "after " + before.token(), "Raise the store's tokens");
            assertThat(a.lock("never seen").tryAcquire()).isPresent();
            assertThatExceptionOfType(TokenRegressionException.class)
                    .isThrownBy(() -> a.lock("x").acquire());
            led.resign();
            eventually("the new leadership was refused", () -> holders("x") == 0 && !led.isLeader());
            restartTokensWith(reached + 1000);
            assertThat(a.lock("x").tryAcquire())
                    .get()
                    .satisfies(lease -> assertThat(lease.token()).isGreaterThan(before.token()));
            eventually("it leads again", led::isLeader);
            assertThat(led.lease().orElseThrow().token()).isGreaterThan(reached);
        } finally {
            restartTokensWith(reached + 1_000_000);
        }
    }

    private int holders(String lock) {
        try (var other = member("looks")) {
            return other.lock(lock).holders().size();
        }
    }

    private static void restartTokensWith(long next) throws SQLException {
        asOwner("ALTER SEQUENCE coordination_version RESTART WITH " + next);
    }

    private static void asOwner(String sql) throws SQLException {
        try (var owner = server.connect();
                var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void leastPrivilegesAreEnough() {
        server.execute(List.of("DROP ROLE IF EXISTS least", "CREATE ROLE least LOGIN PASSWORD 'least'"));
        member("a");
        try (var owner = server.connect();
                var statement = owner.createStatement()) {
            statement.execute(
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON coordination_session, coordination_record TO least");
            statement.execute("GRANT USAGE ON SEQUENCE coordination_version TO least");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        var least = opened(Coordinator.builder()
                .url(backend().url() + "&create_tables=false")
                .credentials("least", "least")
                .memberId("least"));
        least.group("g").join();
        least.lock("x").tryAcquire().orElseThrow().close();
        assertThat(least.groups()).containsExactly("g");
    }

    @Test
    void poolerOfTransactionsIsNoticedAndWaitingPolls() throws Exception {
        try (var pooler = PgBouncerServer.open(server, "max_client_conn=100", "default_pool_size=3")) {
            var url = pooler.url() + "?ssl=false&namespace=" + backend().namespace();
            var a = opened(Coordinator.builder()
                    .url(url)
                    .memberId("a")
                    .sessionTimeout(LEASE)
                    .pollInterval(POLL));
            var b = opened(Coordinator.builder()
                    .url(url)
                    .memberId("b")
                    .sessionTimeout(LEASE)
                    .pollInterval(POLL));
            assertThat(a.characteristics()).contains(Characteristic.FENCING).doesNotContain(Characteristic.NOTIFIES);
            for (var i = 0; i < 50; i++) {
                var lease = a.lock("x").tryAcquire().orElseThrow();
                assertThat(b.lock("x").tryAcquire()).isEmpty();
                lease.close();
            }
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var waiting = inBackground(() -> b.lock("x").acquire());
            for (var i = 0; i < 50; i++) {
                a.lock("y").tryAcquire().orElseThrow().close();
                assertThat(waiting).isNotDone();
            }
            lease.close();
            assertThat(waiting.get(20, TimeUnit.SECONDS).token()).isGreaterThan(lease.token());
            a.close();
            b.close();
        }
    }
}
