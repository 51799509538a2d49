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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.AccessRefusedException;
import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.ForeignDataException;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.Member;
import io.coordination.driver.file.PeerProcess;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Clock;
import io.coordination.spi.SessionState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens when the server, a connection, a process or the line fails, or somebody else changes rows. */
@Tag("slow")
class PostgreSqlFaultTests {

    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration POLL = Duration.ofMillis(100);

    private static PostgreSqlServer server;

    private SqlBackend backend;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startServer() throws Exception {
        server = PostgreSqlServer.open();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void begin() throws Exception {
        backend = new SqlBackend(server, new PostgreSqlWire(), POLL);
    }

    @AfterEach
    void end() throws Exception {
        backend.restore();
        for (var opened : open) {
            opened.close();
        }
        backend.close();
    }

    private Coordinator member(String id) {
        return opened(backend.member().memberId(id).sessionTimeout(LEASE));
    }

    private Coordinator opened(CoordinatorBuilder builder) {
        var member = builder.open();
        open.add(member);
        return member;
    }

    private PeerProcess peer() throws Exception {
        var peer = PeerProcess.start(backend.url() + "&timeout=3", "peer");
        open.add(peer);
        return peer;
    }

    private long count(String query) {
        try (var connection = server.connect();
                var statement = connection.prepareStatement(query)) {
            statement.setString(1, backend.namespace());
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private long rows() {
        return count("SELECT count(*) FROM coordination_record WHERE namespace = ?");
    }

    private long sessions() {
        return count("SELECT count(*) FROM coordination_session WHERE namespace = ?");
    }

    private void change(String statement) {
        assertThat(count("WITH changed AS (" + statement + " RETURNING 1) SELECT count(*) FROM changed"))
                .isPositive();
    }

    @Test
    void dynamicNamesLeaveNothingBehind() {
        var a = member("a");
        var b = member("b");
        for (var i = 0; i < 500; i++) {
            try (var lease = a.lock("lock-" + i).tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
                assertThat(b.lock("lock-" + i).tryAcquire()).isEmpty();
            }
        }
        var election = a.election("e").campaign();
        eventually("it leads", election::isLeader);
        election.close();
        a.group("g").join();
        a.group("g").leave();
        a.group("g").delete();
        eventually("no row is left", () -> rows() == 0);
        b.close();
        a.close();
        assertThat(sessions()).isZero();
    }

    @Test
    void holdsOutliveARestartOfTheServerAndTokensGoOnRising() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var other = a.lock("y").tryAcquire().orElseThrow();
        server.restart();
        eventually("it is still held", () -> isRefused(b));
        assertThat(lease.isValid()).isTrue();
        var waiting = inBackground(() -> b.lock("x").acquire());
        eventually("it is released", () -> isReleased(lease));
        assertThat(waiting.get(20, TimeUnit.SECONDS).token()).isGreaterThan(other.token());
    }

    @Test
    void holdsOutliveAKilledServerAndTokensGoOnRising() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        server.kill();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("y").tryAcquire());
        server.start();
        eventually("it answers", () -> isReleased(lease));
        var next = inBackground(() -> a.lock("x").acquire()).get(20, TimeUnit.SECONDS);
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void waiterIsWokenAfterAllConnectionsWereTerminated() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var waiting = inBackground(() -> b.lock("x").acquire());
        eventually("it waits", () -> isWaiting("x"));
        server.execute(
                List.of(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app' AND pid <> pg_backend_pid()"));
        assertThat(lease.isValid()).isTrue();
        eventually("it is released", () -> isReleased(lease));
        assertThat(waiting.get(20, TimeUnit.SECONDS).token()).isGreaterThan(lease.token());
    }

    /** The number of places in line is the last of the first nine bytes. */
    private boolean isWaiting(String name) {
        return count("SELECT count(*) FROM coordination_record WHERE namespace = ? AND name = '" + name
                        + "' AND get_byte(content, 8) > 1")
                > 0;
    }

    private static boolean isReleased(Lease lease) {
        try {
            lease.release();
            return true;
        } catch (CoordinationException notNow) {
            return false;
        }
    }

    private static boolean isRefused(Coordinator member) {
        try {
            return member.lock("x").tryAcquire().isEmpty();
        } catch (CoordinationException notNow) {
            return false;
        }
    }

    @Test
    void killedHolderIsFollowedWithinItsLease() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        assertThat(peer.ask("join g")).isEqualTo("joined");
        var b = member("b");
        assertThat(isMember(b, "peer")).isTrue();
        peer.kill();
        var start = System.nanoTime();
        assertThat(inBackground(() -> b.lock("x").acquire())
                        .get(20, TimeUnit.SECONDS)
                        .isValid())
                .isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(isMember(b, "peer")).isFalse();
    }

    @Test
    void stoppedHolderFindsItsSessionLostAndReleasesNobodysLock() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        peer.stop();
        var b = member("b");
        var lease = inBackground(() -> b.lock("x").acquire()).get(20, TimeUnit.SECONDS);
        peer.resume();
        peer.ask("release x");
        assertThat(lease.isValid()).isTrue();
        assertThat(member("c").lock("x").holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.member()).isEqualTo("b"));
    }

    @Test
    void holderBehindACutLineStopsBelievingBeforeAnotherOneHolds() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var b = opened(Coordinator.builder()
                .url(server.url() + "?ssl=false&namespace=" + backend.namespace())
                .memberId("b")
                .sessionTimeout(LEASE));
        var waiting = inBackground(() -> b.lock("x").acquire());
        var told = told(lease);
        lease.onLost(loss -> assertThat(waiting).isNotDone());
        backend.cut();
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        assertThat(lease.isValid()).isFalse();
        assertThat(waiting.get(20, TimeUnit.SECONDS).token()).isGreaterThan(lease.token());
    }

    @Test
    void recordThatIsDeletedByHandIsToldAndTheSessionGoesOn() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var kept = a.lock("y").tryAcquire().orElseThrow();
        var told = told(lease);
        change("DELETE FROM coordination_record WHERE namespace = ? AND name = 'x'");
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EVICTED);
        assertThat(kept.isValid()).isTrue();
        assertThat(a.lock("x").tryAcquire().orElseThrow().token()).isGreaterThan(kept.token());
    }

    @Test
    void sessionThatIsDeletedByHandIsToldAndCanTakeNothing() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        change("DELETE FROM coordination_session WHERE namespace = ?");
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("y").tryAcquire());
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.SESSION_LOST);
        var again = inBackground(() -> a.lock("x").acquire()).get(20, TimeUnit.SECONDS);
        assertThat(again.token()).isGreaterThan(lease.token());
    }

    @Test
    void whatStrangersWroteIsRefusedAndLeftAlone() {
        var a = member("a");
        a.lock("x").tryAcquire().orElseThrow();
        change("UPDATE coordination_record SET content = 'theirs', version = version + 1 WHERE namespace = ?");
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> member("b").lock("x").tryAcquire())
                .withMessageContaining("lock 'x'");
        assertThat(rows()).isOne();
    }

    @Test
    void whatADeadSessionLeftGoesAlthoughNobodyAsksForIt() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim order-4711")).startsWith("held ");
        peer.kill();
        eventually(
                "its lease ended",
                () -> count(
                                "SELECT count(*) FROM coordination_session WHERE namespace = ? AND expires > clock_timestamp()")
                        == 0);
        assertThat(rows()).isOne();
        member("b");
        eventually("its row is gone", () -> rows() == 0);
        assertThat(sessions()).isOne();
    }

    @Test
    void clockOfAHostThatIsAnHourOffChangesNothing() {
        for (var off : List.of(Duration.ofHours(-1), Duration.ofHours(1))) {
            var wrong = opened(
                    backend.member().memberId("off" + off).sessionTimeout(LEASE).clock(new Off(off)));
            var right = member("right" + off);
            var lease = wrong.lock("x" + off).tryAcquire().orElseThrow();
            var left = count(
                    "SELECT max(extract(epoch FROM expires - clock_timestamp())) FROM coordination_session WHERE namespace = ?");
            assertThat(left).isLessThanOrEqualTo(LEASE.toSeconds());
            assertThat(right.lock("x" + off).tryAcquire()).isEmpty();
            lease.close();
            var next = right.lock("x" + off).tryAcquire().orElseThrow();
            assertThat(wrong.lock("x" + off).tryAcquire()).isEmpty();
            assertThat(next.token()).isGreaterThan(lease.token());
        }
    }

    /** A machine whose time of day is wrong. */
    private record Off(Duration by) implements Clock {

        @Override
        public long nanoTime() {
            return SYSTEM.nanoTime();
        }

        @Override
        public long wallMillis() {
            return SYSTEM.wallMillis() + by.toMillis();
        }

        @Override
        public void park(long nanos) {
            SYSTEM.park(nanos);
        }

        @Override
        public void unpark(Thread thread) {
            SYSTEM.unpark(thread);
        }
    }

    @Test
    void claimThatArrivesLongAfterItsCallerGaveUpIsTakenBack() throws Exception {
        var a = member("a");
        a.lock("warm").tryAcquire().orElseThrow().close();
        backend.proxy().freeze();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire());
        backend.restore();
        var b = member("b");
        assertThat(inBackground(() -> b.lock("x").acquire())
                        .get(20, TimeUnit.SECONDS)
                        .isValid())
                .isTrue();
    }

    @Test
    void idleWaiterCostsOneStatementForEachThirdOfItsLease() {
        var lease = member("holder").lock("x").tryAcquire().orElseThrow();
        var b = opened(Coordinator.builder()
                .url(backend.url())
                .memberId("b")
                .sessionTimeout(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMinutes(10)));
        var waiting = inBackground(() -> b.lock("x").acquire());
        eventually("it waits", () -> isWaiting("x"));
        var before = backend.proxy().requests();
        var start = System.nanoTime();
        eventually(
                "time passes",
                () -> System.nanoTime() - start > Duration.ofSeconds(6).toNanos());
        // The holder renews each two seconds, the waiter each second, and each looks once for what the dead left, in
        // two steps.
        assertThat(backend.proxy().requests() - before).isBetween(6L, 3L + 6 + 2 * 2 + 1);
        lease.close();
        waiting.thenAccept(Lease::close).join();
    }

    @Test
    void missingTablesAreNamedWhereTheyMayNotBeCreated() {
        assertThatExceptionOfType(AccessRefusedException.class)
                .isThrownBy(() -> Coordinator.builder()
                        .url(server.url() + "?ssl=false&create_tables=false&table_prefix=other_")
                        .open())
                .withMessageContaining("a table is missing");
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
                .url(backend.url() + "&create_tables=false")
                .credentials("least", "least")
                .memberId("least"));
        least.group("g").join();
        least.lock("x").tryAcquire().orElseThrow().close();
        assertThat(least.groups()).containsExactly("g");
    }

    @Test
    void poolerOfTransactionsIsNoticedAndWaitingPolls() throws Exception {
        try (var pooler = PgBouncerServer.open(server, "max_client_conn=100", "default_pool_size=3")) {
            var url = pooler.url() + "?ssl=false&namespace=" + backend.namespace();
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

    @Test
    void lostSessionIsToldAtOnceWhenAStatementFindsIt() {
        var a = member("a");
        var states = new ArrayList<SessionState>();
        a.onStateChange(states::add);
        backend.endSession("a");
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire());
        eventually("told", () -> states.contains(SessionState.LOST));
    }

    private static boolean isMember(Coordinator viewer, String id) {
        try {
            return viewer.group("g").members().stream().map(Member::id).anyMatch(id::equals);
        } catch (CoordinationException notNow) {
            return false;
        }
    }

    private static CompletableFuture<LeaseLoss> told(Lease lease) {
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        return told;
    }
}
