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
import io.coordination.CoordinatorBuilder;
import io.coordination.ForeignDataException;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.contract.ProcessContract;
import io.coordination.driver.file.PeerProcess;
import io.coordination.spi.Clock;
import io.coordination.spi.SessionState;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What happens on every database when the server, a connection, a process or the line fails, or somebody else changes rows.
 */
abstract class DatabaseFaultTests extends ProcessContract {

    static final Duration LEASE = Duration.ofSeconds(6);
    static final Duration POLL = Duration.ofMillis(100);

    private SqlBackend backend;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** The server of the class, which all its tests use. */
    abstract DatabaseServer server();

    /** Members on it. */
    abstract SqlBackend backend(Duration poll) throws IOException;

    /** The database's time as rows have it. */
    abstract String now();

    /** Ends every connection of the ordinary user, as an administrator does. */
    abstract void terminateAll();

    /** Statements that let the server's time of day jump by some hours, as a change to daylight-saving time does by one. */
    abstract List<String> timeZone(int hours);

    @BeforeEach
    void begin() throws Exception {
        backend = backend(POLL);
    }

    @AfterEach
    void end() throws Exception {
        backend.restore();
        for (var opened : open) {
            opened.close();
        }
        backend.close();
    }

    final SqlBackend backend() {
        return backend;
    }

    final Coordinator member(String id) {
        return opened(backend.member().memberId(id).sessionTimeout(LEASE));
    }

    final Coordinator opened(CoordinatorBuilder builder) {
        var member = builder.open();
        open.add(member);
        return member;
    }

    @Override
    protected final Coordinator other(String id) {
        return member(id);
    }

    @Override
    protected final PeerProcess peer() throws Exception {
        var peer = PeerProcess.start(backend.url() + "&timeout=3", "peer");
        open.add(peer);
        return peer;
    }

    final long count(String query) {
        try (var connection = server().connect();
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

    final long rows() {
        return count("SELECT count(*) FROM coordination_record WHERE namespace = ?");
    }

    private long sessions() {
        return count("SELECT count(*) FROM coordination_session WHERE namespace = ?");
    }

    /** Of the one who owns the tables; it changes something. */
    final void change(String sql) {
        try (var connection = server().connect();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, backend.namespace());
            assertThat(statement.executeUpdate()).isPositive();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
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
        // Longer than a server takes that has much to shut down.
        var lasting = Duration.ofSeconds(40);
        var a = opened(backend.member().memberId("a").sessionTimeout(lasting));
        var b = opened(backend.member().memberId("b").sessionTimeout(lasting));
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var other = a.lock("y").tryAcquire().orElseThrow();
        server().restart();
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
        server().kill();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("y").tryAcquire());
        server().start();
        eventually("it answers", () -> isReleased(lease));
        var next = inBackground(() -> a.lock("x").acquire()).get(20, TimeUnit.SECONDS);
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(next.isValid()).isTrue();
    }

    static boolean isReleased(Lease lease) {
        try {
            lease.release();
            return true;
        } catch (CoordinationException notNow) {
            return false;
        }
    }

    static boolean isRefused(Coordinator member) {
        try {
            return member.lock("x").tryAcquire().isEmpty();
        } catch (CoordinationException notNow) {
            return false;
        }
    }

    @Test
    void holderBehindACutLineStopsBelievingBeforeAnotherOneHolds() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var b = opened(Coordinator.builder()
                .url(server().url() + "?ssl=false&namespace=" + backend.namespace())
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
        // Nobody has it here before all who were told of the loss have returned.
        assertThat(acquire(a, "x").token()).isGreaterThan(kept.token());
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
                () -> count("SELECT count(*) FROM coordination_session WHERE namespace = ? AND expires > " + now())
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
    void waiterGetsTheLockAfterAllConnectionsWereTerminated() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var waiting = inBackground(() -> b.lock("x").acquire());
        var before = backend.proxy().requests();
        eventually("it waits", () -> backend.proxy().requests() > before + 2);
        terminateAll();
        assertThat(lease.isValid()).isTrue();
        eventually("it is released", () -> isReleased(lease));
        assertThat(waiting.get(20, TimeUnit.SECONDS).token()).isGreaterThan(lease.token());
    }

    @Test
    void changeOfTheTimeOfDayEndsNothing() {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        try {
            for (var hours : List.of(1, -1)) {
                server().execute(timeZone(hours));
                var b = member("b" + hours);
                assertThat(b.lock("x").tryAcquire()).isEmpty();
                assertThat(b.lock("y").tryAcquire().orElseThrow().isValid()).isTrue();
                assertThat(lease.isValid()).isTrue();
                b.close();
            }
        } finally {
            server().execute(timeZone(0));
        }
        lease.close();
    }

    @Test
    void namesDifferByEveryCharacterAndAreNoSql() {
        var names = List.of(
                "a",
                "a ",
                "A",
                "\u00e4",
                "a\u0308",
                "\u00df",
                "ss",
                "\uD83D\uDE00",
                "\uD83D\uDE01",
                "%",
                "_",
                "\\",
                "\"",
                "a:b",
                "x'; DROP TABLE coordination_record; --",
                "\u4e2d".repeat(170),
                "n".repeat(255));
        var a = member("a");
        var b = member("b");
        var leases = new ArrayList<Lease>();
        for (var name : names) {
            leases.add(a.lock(name).tryAcquire().orElseThrow());
        }
        for (var name : names) {
            assertThat(b.lock(name).tryAcquire()).as(name).isEmpty();
        }
        leases.forEach(Lease::close);
        eventually("no row is left", () -> rows() == 0);
    }

    @Test
    void manyLocksOutliveAStatementThatIsSlow() throws Exception {
        var a = member("a");
        var leases = new ArrayList<Lease>();
        for (var i = 0; i < 200; i++) {
            leases.add(a.lock("lock-" + i).tryAcquire().orElseThrow());
        }
        // A renewal is up to three statements.
        backend.proxy().delay(LEASE.dividedBy(8));
        var start = System.nanoTime();
        eventually("a lease passes", () -> System.nanoTime() - start > LEASE.toNanos());
        backend.restore();
        assertThat(leases).allMatch(Lease::isValid);
    }

    @Test
    void missingTablesAreNamedWhereTheyMayNotBeCreated() {
        assertThatExceptionOfType(AccessRefusedException.class)
                .isThrownBy(() -> Coordinator.builder()
                        .url(server().url() + "?ssl=false&create_tables=false&table_prefix=other_")
                        .open())
                .withMessageContaining("a table is missing");
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
}
