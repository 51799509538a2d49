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
import io.coordination.driver.file.PeerProcess;
import io.coordination.spi.Holder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to locks that a database keeps for a connection when the server, the connection or the process fails. */
abstract class ServerLocksFaultContract {

    static final Duration LEASE = Duration.ofSeconds(3);

    final String namespace = UUID.randomUUID().toString();
    private final List<AutoCloseable> open = new ArrayList<>();

    abstract DatabaseServer server();

    /** Ends the connection that has a session's locks. */
    abstract String end(long backend);

    @AfterEach
    void end() throws Exception {
        for (var opened : open) {
            opened.close();
        }
    }

    private String url(String locks) {
        return server().url() + "?ssl=false&timeout=3&locks=" + locks + "&namespace=" + namespace;
    }

    Coordinator member(String id) {
        return member(id, url("session"));
    }

    private Coordinator member(String id, String url) {
        var member = Coordinator.builder()
                .url(url)
                .memberId(id)
                .pollInterval(Duration.ofMillis(100))
                .open();
        open.add(member);
        return member;
    }

    private PeerProcess peer() throws Exception {
        var peer = PeerProcess.start(url("session"), "peer");
        open.add(peer);
        return peer;
    }

    private long backend(String member) {
        try (var connection = server().connect();
                var statement = connection.prepareStatement(
                        "SELECT backend FROM coordination_session WHERE namespace = ? AND member = ?")) {
            statement.setString(1, namespace);
            statement.setString(2, member);
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getLong(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static <T> T soon(CompletableFuture<T> outcome) throws Exception {
        return outcome.get(20, TimeUnit.SECONDS);
    }

    @Test
    void killedHolderIsFollowedAtOnce() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        var b = member("b");
        var waiting = inBackground(() -> b.lock("x").acquire());
        assertThat(b.lock("x").holders()).extracting(Holder::member).containsExactly("peer");
        peer.kill();
        var start = System.nanoTime();
        assertThat(soon(waiting).isValid()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE.dividedBy(2));
    }

    @Test
    void stoppedHolderLosesItsLocksWithItsLeaseAndReleasesNobodysLock() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        var b = member("b");
        var start = System.nanoTime();
        peer.stop();
        var lease = soon(inBackground(() -> b.lock("x").acquire()));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE.multipliedBy(3));
        peer.resume();
        peer.ask("release x");
        assertThat(lease.isValid()).isTrue();
        assertThat(member("c").lock("x").holders()).extracting(Holder::member).containsExactly("b");
    }

    @Test
    void holderWhoseConnectionIsEndedIsToldAndFollowed() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        var waiting = inBackground(() -> b.lock("x").acquire());
        server().execute(List.of(end(backend("a"))));
        var next = soon(waiting);
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(soon(told).reason()).isEqualTo(LeaseLoss.Reason.SESSION_LOST);
        assertThat(lease.release()).isFalse();
        assertThat(next.isValid()).isTrue();
        next.close();
        assertThat(soon(inBackground(() -> a.lock("x").acquire())).token()).isGreaterThan(next.token());
    }

    @Test
    void endOfAConnectionWithoutLocksIsNoLoss() throws Exception {
        var a = member("a");
        var before = backend("a");
        a.lock("x").tryAcquire().orElseThrow().close();
        a.group("g").join();
        server().execute(List.of(end(before)));
        var lease = soon(inBackground(() -> a.lock("x").acquire()));
        assertThat(lease.isValid()).isTrue();
        assertThat(backend("a")).isNotEqualTo(before);
        assertThat(member("b").lock("x").holders()).extracting(Holder::member).containsExactly("a");
    }

    @Test
    void restartOfTheServerIsToldAsALossAndTokensGoOnRising() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server().restart();
        assertThat(soon(told).reason()).isIn(LeaseLoss.Reason.SESSION_LOST, LeaseLoss.Reason.EXPIRED);
        assertThat(soon(inBackground(() -> a.lock("x").acquire())).token()).isGreaterThan(lease.token());
    }

    @Test
    void tokensRiseOverACrashUnderLoad() throws Exception {
        var members = List.of(member("a"), member("b"), member("c"));
        var drawn = new LongAccumulator(Math::max, 0);
        var times = new AtomicInteger();
        var drawing = new ArrayList<CompletableFuture<Boolean>>();
        for (var member : members) {
            drawing.add(inBackground(() -> {
                try {
                    while (true) {
                        try (var lease =
                                member.lock(member.memberId()).tryAcquire().orElseThrow()) {
                            drawn.accumulate(lease.token());
                            times.incrementAndGet();
                        }
                    }
                } catch (CoordinationException | NoSuchElementException gone) {
                    return true;
                }
            }));
        }
        eventually("many were drawn", () -> times.get() > 500);
        server().kill();
        for (var done : drawing) {
            soon(done);
        }
        server().start();
        var lease = soon(inBackground(() -> members.get(0).lock("x").acquire()));
        assertThat(lease.token()).isGreaterThan(drawn.get());
    }

    @Test
    void moreNamesAreWaitedForThanThereAreConnectionsToWait() throws Exception {
        var a = member("a");
        var b = member("b");
        var held = new ArrayList<Lease>();
        var waiting = new ArrayList<CompletableFuture<Lease>>();
        for (var i = 0; i < 6; i++) {
            var name = "x" + i;
            held.add(a.lock(name).tryAcquire().orElseThrow());
            waiting.add(inBackground(() -> b.lock(name).acquire()));
        }
        held.forEach(Lease::close);
        for (var i = 0; i < 6; i++) {
            assertThat(soon(waiting.get(i)).token()).isGreaterThan(held.get(i).token());
        }
    }

    @Test
    void holderThatDoesNotAnswerIsForcedToGiveUp() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        peer.stop();
        var b = member("b");
        assertThat(b.lock("x").forceRelease()).isTrue();
        assertThat(b.lock("x").tryAcquire()).isPresent();
        peer.resume();
    }

    @Test
    void leaderThatIsGoneIsNotShownAndFollowed() throws Exception {
        var a = member("a");
        var election = a.election("g").campaign();
        eventually("it leads", election::isLeader);
        var b = member("b");
        var next = b.election("g").campaign();
        assertThat(b.election("g").leader()).map(Holder::member).hasValue("a");
        server().execute(List.of(end(backend("a"))));
        eventually("the next one leads", next::isLeader);
        assertThat(member("c").election("g").leader())
                .map(Holder::token)
                .hasValue(next.lease().orElseThrow().token());
        eventually("the first one knows", () -> !election.isLeader());
    }

    @Test
    void memberThatKeepsItsLocksInTheOtherWayDoesNotStart() {
        for (var way : List.of("session", "rows")) {
            var other = way.equals("rows") ? "session" : "rows";
            try (var first =
                    Coordinator.builder().url(url(way)).memberId("first").open()) {
                assertThatExceptionOfType(AccessRefusedException.class)
                        .isThrownBy(() -> Coordinator.builder()
                                .url(url(other))
                                .memberId("second")
                                .open())
                        .withMessageContaining(namespace)
                        .withMessageContaining("locks=session");
                assertThat(first.lock("x").tryAcquire()).isPresent();
            }
        }
    }
}
