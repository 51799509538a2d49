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
package io.coordination.driver.zookeeper;

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.Member;
import io.coordination.spi.SessionState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens when servers, the line or the process itself fail. */
@Tag("slow")
class ZooKeeperFaultTests {

    private static final Duration SESSION = Duration.ofSeconds(6);

    /** Where nothing may end, however slow the machine is. */
    private static final Duration LONG_SESSION = Duration.ofSeconds(30);

    private TestServer server;
    private ZooKeeperBackend backend;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        backend = new ZooKeeperBackend(server.port(), new ZooKeeperDriver());
    }

    @AfterEach
    void stop() throws Exception {
        backend.restore();
        for (var opened : open) {
            opened.close();
        }
        backend.close();
        server.close();
    }

    /** Behind the proxy. */
    private Coordinator member(String id) {
        return member(id, SESSION);
    }

    private Coordinator member(String id, Duration timeout) {
        var member = backend.member().memberId(id).sessionTimeout(timeout).open();
        open.add(member);
        return member;
    }

    /** Beside the proxy. */
    private Coordinator other(String id) {
        return other(id, SESSION);
    }

    private Coordinator other(String id, Duration timeout) {
        var other = Coordinator.builder()
                .url(backend.directUrl())
                .memberId(id)
                .sessionTimeout(timeout)
                .open();
        open.add(other);
        return other;
    }

    @Test
    void lineThatBreaksForAShortWhileEndsNothing() throws Exception {
        var a = member("a", LONG_SESSION);
        var lease = a.lock("x").tryAcquire().orElseThrow();
        a.group("g").join();
        var states = new LinkedBlockingQueue<SessionState>();
        a.onStateChange(states::add);
        for (var i = 0; i < 3; i++) {
            backend.proxy().breakConnections();
            assertThat(states.poll(20, TimeUnit.SECONDS)).isEqualTo(SessionState.SUSPENDED);
            assertThat(states.poll(20, TimeUnit.SECONDS)).isEqualTo(SessionState.LIVE);
            assertThat(a.lock("y").tryAcquire()).isPresent().get().satisfies(Lease::close);
        }
        assertThat(lease.isValid()).isTrue();
        assertThat(other("b").lock("x").tryAcquire()).isEmpty();
        assertThat(lease.release()).isTrue();
    }

    @Test
    void holderBehindACutLineStopsBelievingBeforeAnotherOneHolds() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var b = other("b");
        var waiting = inBackground(() -> b.lock("x").acquire());
        backend.cut();
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        assertThat(lease.isValid()).isFalse();
        assertThat(waiting).as("the ensemble still keeps it").isNotDone();
        var next = waiting.get(20, TimeUnit.SECONDS);
        assertThat(next.token()).isGreaterThan(lease.token());
        backend.restore();
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void silentServerIsAFailureInTime() {
        var a = member("a");
        backend.proxy().freeze();
        var start = System.nanoTime();
        try {
            a.lock("x").tryAcquire();
            throw new AssertionError("answered over a frozen line");
        } catch (CoordinationException unknown) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SESSION);
        }
    }

    @Test
    void sessionExpiredByTheServerLosesLockLeadAndMembershipAndComesBack() throws Exception {
        var a = member("a");
        var b = other("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var election = a.election("g").campaign();
        eventually("leads", election::isLeader);
        var lead = election.lease().orElseThrow();
        a.group("g").join();
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        backend.expire(a);
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.SESSION_LOST);
        assertThat(lease.isValid()).isFalse();
        assertThat(lead.isValid()).isFalse();
        eventually("leads again", election::isLeader);
        assertThat(election.lease().orElseThrow().token()).isGreaterThan(lead.token());
        assertThat(a.lock("x").tryAcquire()).isPresent();
        try (var plain = new Plain(server)) {
            var line = backend.root() + "/tooz/locks/x";
            // Not the node of the session before, which may still be on its way out: CURATOR-498, CURATOR-604.
            assertThat(plain.children(line)).hasSize(1);
            assertThat(plain.stat(line + "/" + plain.children(line).get(0)).getEphemeralOwner())
                    .isEqualTo(backend.sessionOf("a"));
        }
        eventually(
                "a member again",
                () -> b.group("g").members().stream().map(Member::id).toList().equals(List.of("a")));
    }

    @Test
    void nodeThatSomebodyDeletesIsALossThatIsTold() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        try (var plain = new Plain(server)) {
            var line = backend.root() + "/tooz/locks/x";
            plain.zk().delete(line + "/" + plain.children(line).get(0), -1);
        }
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EVICTED);
    }

    @Test
    void restartOfTheServerEndsNothing() throws Exception {
        var a = member("a", LONG_SESSION);
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var b = other("b", LONG_SESSION);
        var waiting = inBackground(() -> b.lock("x").acquire());
        server.restart();
        eventually("back", () -> a.state() == SessionState.LIVE && b.state() == SessionState.LIVE);
        eventually("works", () -> works(a));
        assertThat(lease.isValid()).isTrue();
        assertThat(waiting).isNotDone();
        assertThat(lease.release()).isTrue();
        assertThat(waiting.get(20, TimeUnit.SECONDS).token()).isGreaterThan(lease.token());
    }

    @Test
    void frozenProcessKnowsThatItLostWhenItThaws() throws Exception {
        var process = HolderProcess.start(backend.directUrl(), Duration.ofSeconds(2));
        open.add(process::destroyForcibly);
        var said = process.inputReader(StandardCharsets.UTF_8);
        signal(process, "STOP");
        var next = other("b").lock("x").acquire();
        process.outputWriter().write("?\n");
        process.outputWriter().flush();
        signal(process, "CONT");
        var belief = said.readLine();
        while (!belief.startsWith("true") && !belief.startsWith("false")) {
            belief = said.readLine();
        }
        assertThat(belief).startsWith("false false ");
        assertThat(next.token()).isGreaterThan(Long.parseLong(belief.substring("false false ".length())));
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void interruptsAndLostAnswersLeaveNoNodeBehind() throws Exception {
        var a = member("a");
        var b = other("b");
        for (var i = 0; i < 100; i++) {
            var lease = b.lock("x").tryAcquire().orElseThrow();
            var thread = new Thread(() -> {
                try {
                    a.lock("x").acquire().close();
                } catch (InterruptedException | RuntimeException ended) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            LockSupport.parkNanos(i * 50_000L);
            thread.interrupt();
            thread.join();
            lease.close();
        }
        for (var i = 0; i < 3; i++) {
            backend.loseReplyOf("claim");
            try (var lease = a.lock("x").acquire()) {
                assertThat(lease.isValid()).isTrue();
            }
        }
        try (var plain = new Plain(server)) {
            eventually(
                    "no node is left",
                    () -> plain.children(backend.root() + "/tooz/locks/x").isEmpty());
        }
    }

    @Test
    void claimIsOneRoundTripOnASlowLine() {
        var a = member("a");
        a.lock("warm").tryAcquire().orElseThrow().close();
        var slow = Duration.ofSeconds(1);
        backend.proxy().delay(slow);
        var start = System.nanoTime();
        var lease = a.lock("new").tryAcquire().orElseThrow();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(slow, slow.multipliedBy(2));
        a.group("g").join();
        start = System.nanoTime();
        assertThat(a.group("g").members()).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(slow, slow.multipliedBy(2));
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void ensembleGoesOnWithoutTheServerThatAMemberIsConnectedTo() throws Exception {
        try (var cluster = EnsembleTests.start(3)) {
            try (var a = member(cluster, "a");
                    var b = member(cluster, "b")) {
                var lease = a.lock("x").tryAcquire().orElseThrow();
                a.group("g").join();
                var gone = serverOf(cluster, backend.sessionOf("a"));
                cluster.killServer(gone);
                answered(a::groups);
                assertThat(lease.isValid()).isTrue();
                assertThat(answered(() -> b.lock("x").tryAcquire())).isEmpty();
                assertThat(answered(b.group("g")::members))
                        .extracting(Member::id)
                        .containsExactly("a");
                var waiting = inBackground(() -> answered(() -> b.lock("x").acquire()));
                lease.close();
                var next = waiting.get(30, TimeUnit.SECONDS);
                assertThat(next.token()).isGreaterThan(lease.token());
                cluster.restartServer(gone);
                var other = cluster.getInstances().stream()
                        .filter(spec -> spec.getServerId() != gone.getServerId()
                                && spec.getServerId() != (int) (backend.sessionOf("b") >>> 56))
                        .findAny()
                        .orElseThrow();
                cluster.killServer(other);
                answered(b::groups);
                assertThat(next.isValid()).isTrue();
                assertThat(answered(() -> a.lock("x").tryAcquire())).isEmpty();
            }
        }
    }

    private Coordinator member(TestingCluster cluster, String id) {
        return Coordinator.builder()
                .url("zookeeper://" + cluster.getConnectString())
                .driver(backend)
                .memberId(id)
                .sessionTimeout(LONG_SESSION)
                .open();
    }

    private static InstanceSpec serverOf(TestingCluster cluster, long session) {
        // The highest byte of a session's id is the number of the server that began it.
        var id = (int) (session >>> 56);
        return cluster.getInstances().stream()
                .filter(spec -> spec.getServerId() == id)
                .findAny()
                .orElseThrow();
    }

    /** Asks again as long as the ensemble does not answer. */
    private static <T> T answered(Callable<T> question) throws Exception {
        var start = System.nanoTime();
        while (true) {
            try {
                return question.call();
            } catch (CoordinationException notYet) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private static boolean works(Coordinator member) {
        try {
            member.groups();
            return true;
        } catch (CoordinationException notYet) {
            return false;
        }
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
