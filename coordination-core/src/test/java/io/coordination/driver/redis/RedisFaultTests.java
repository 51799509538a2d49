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

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static io.coordination.contract.Contract.outcome;
import static io.coordination.contract.Contract.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.GroupListener;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.Member;
import io.coordination.contract.Sized;
import io.coordination.spi.SessionState;
import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens when the server, the line or the process itself fail. */
@Tag("slow")
class RedisFaultTests extends FaultFixture {

    @Test
    void restartThatForgetsIsToldAndTokensGoOnRising() throws Exception {
        start();
        var a = other("a");
        a.group("g").join();
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.kill();
        server.run();
        assertThat(told.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(lease.isValid()).isFalse();
        var next = outcome(inBackground(() -> a.lock("x").acquire()));
        assertThat(next.token()).isGreaterThan(lease.token());
        eventually(
                "a member again", () -> members(other("b-" + System.nanoTime())).contains("a"));
    }

    @Test
    void restartThatRemembersEndsNothing() throws Exception {
        start("--appendonly", "yes", "--appendfsync", "always");
        var a = other("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        a.group("g").join();
        server.kill();
        server.run();
        assertThat(lease.isValid()).isTrue();
        assertThat(other("b").lock("x").tryAcquire()).isEmpty();
        assertThat(members(other("c"))).containsExactly("a");
        eventually("released", () -> {
            lease.close();
            return other("d-" + System.nanoTime()).lock("x").tryAcquire().isPresent();
        });
    }

    @Test
    void flushIsToldAndTokensGoOnRising() throws Exception {
        start();
        var a = other("a");
        var b = other("b");
        a.group("g").join();
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.plain().flushall();
        assertThat(told.get(20, TimeUnit.SECONDS).reason())
                .isIn(LeaseLoss.Reason.SESSION_LOST, LeaseLoss.Reason.EXPIRED);
        eventually("b is back", () -> b.state() == SessionState.LIVE);
        assertThat(outcome(inBackground(() -> b.lock("x").acquire())).token()).isGreaterThan(lease.token());
        eventually("a member again", () -> members(b).contains("a"));
    }

    @Test
    void serverThatOnlyReadsEndsBeliefInTimeAndIsUsedAgainWhenItWrites() throws Exception {
        start();
        var a = other("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.plain().configSet("min-replicas-to-write", "1");
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        server.plain().configSet("min-replicas-to-write", "0");
        assertThat(outcome(inBackground(() -> a.lock("x").acquire())).token()).isGreaterThan(lease.token());
    }

    @Test
    void evictionOfWhatIsHeldIsTold() throws Exception {
        start("--save", "", "--maxmemory-policy", "allkeys-random");
        var a = other("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        var plain = server.plain();
        plain.configSet("maxmemory", "1500000");
        for (var i = 0; plain.exists("_tooz_x_lock") == 1; i++) {
            plain.set("fill-" + i, "x".repeat(10_000));
        }
        plain.configSet("maxmemory", "0");
        assertThat(told.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(lease.isValid()).isFalse();
        assertThat(outcome(inBackground(() -> other("b").lock("x").acquire())).token())
                .isGreaterThan(lease.token());
    }

    @Test
    void keyThatSomebodyDeletesIsToldAndTheNextHoldersKeyIsLeftAlone() throws Exception {
        start();
        var lease = other("a").lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.plain().del("_tooz_x_lock");
        var next = other("b").lock("x").tryAcquire().orElseThrow();
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EVICTED);
        assertThat(lease.release()).isFalse();
        assertThat(next.isValid()).isTrue();
        assertThat(other("c").lock("x").tryAcquire()).isEmpty();
    }

    @Test
    void keyThatIsDeletedWithNobodyElseThereIsToldByTheNextRenewal() throws Exception {
        start();
        var lease = other("a").lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.plain().del("_tooz_x_lock");
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EVICTED);
    }

    @Test
    void membershipThatSomebodyRemovesIsMendedByTheNextRenewal() throws Exception {
        start();
        var a = other("a");
        a.group("g").join();
        server.plain().hdel("_tooz_group:g", "a");
        eventually("a member again", () -> server.plain().hexists("_tooz_group:g", "a"));
    }

    @Test
    void releaseWhileTheSubscriptionIsCutWakesTheWaiter() throws Exception {
        start();
        var a = other("a");
        var b = other("b");
        for (var i = 0; i < 20; i++) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var waiting = inBackground(() -> b.lock("x").acquire());
            server.plain().clientKill(KillArgs.Builder.typePubsub());
            lease.close();
            outcome(waiting).close();
        }
    }

    @Test
    void scriptsThatTheServerForgetsAreSentAgain() throws Exception {
        start();
        var a = other("a");
        for (var i = 0; i < 5; i++) {
            server.plain().scriptFlush();
            var lease = a.lock("x").tryAcquire().orElseThrow();
            server.plain().scriptFlush();
            assertThat(lease.release()).isTrue();
            a.group("g").join();
            server.plain().scriptFlush();
            a.group("g").leave();
        }
    }

    @Test
    void holderBehindACutLineStopsBelievingBeforeAnotherOneHolds() throws Exception {
        start();
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var waiting = inBackground(() -> other("b").lock("x").acquire());
        var told = told(lease);
        proxy.cut();
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        var next = outcome(waiting);
        assertThat(lease.isValid()).isFalse();
        assertThat(next.token()).isGreaterThan(lease.token());
        proxy.restore();
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void holderOverAFrozenLineStopsBelievingBeforeAnotherOneHolds() throws Exception {
        start();
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var waiting = inBackground(() -> other("b").lock("x").acquire());
        var told = told(lease);
        proxy.freeze();
        var start = System.nanoTime();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("y").tryAcquire());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE);
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        var next = outcome(waiting);
        proxy.restore();
        eventually("another session", () -> a.state() == SessionState.LIVE);
        assertThat(next.isValid()).isTrue();
        assertThat(a.lock("x").tryAcquire()).isEmpty();
    }

    @Test
    void lineThatIsSlowerThanTheLeaseGrantsNothing() throws Exception {
        start();
        var a = member("a");
        proxy.delay(LEASE.multipliedBy(2));
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire());
        proxy.restore();
        var b = other("b");
        assertThat(outcome(inBackground(() -> b.lock("x").acquire())).isValid()).isTrue();
    }

    @Test
    void shortBreakEndsNothing() throws Exception {
        start();
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        for (var i = 0; i < 5; i++) {
            proxy.breakConnections();
            eventually("back", () -> {
                try {
                    a.lock("y").tryAcquire().orElseThrow().close();
                    return true;
                } catch (CoordinationException unknown) {
                    return false;
                }
            });
        }
        assertThat(lease.isValid()).isTrue();
        assertThat(lease.release()).isTrue();
    }

    @Test
    void frozenServerIsAFailureInTimeAndOneThatThawsServesAgain() throws Exception {
        start();
        var a = other("a");
        server.signal("STOP");
        try {
            var start = System.nanoTime();
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> a.lock("x").tryAcquire());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE);
        } finally {
            server.signal("CONT");
        }
        assertThat(outcome(inBackground(() -> a.lock("x").acquire())).isValid()).isTrue();
    }

    @Test
    void killedHolderIsSucceededWithinItsLease() throws Exception {
        start();
        var process = holder();
        var b = other("b");
        var lock = inBackground(() -> b.lock("x").acquire());
        var election = b.election("g").campaign();
        var watched = new CompletableFuture<String>();
        b.group("g").watch(new GroupListener() {
            @Override
            public void left(Member member) {
                watched.complete(member.id());
            }
        });
        process.destroyForcibly().waitFor();
        assertThat(outcome(lock).isValid()).isTrue();
        eventually("leads", election::isLeader);
        assertThat(watched.get(20, TimeUnit.SECONDS)).isEqualTo("holder");
        assertThat(members(b)).isEmpty();
    }

    @Test
    void stoppedHolderBelievesNothingWhenItGoesOn() throws Exception {
        start();
        var process = holder();
        var b = other("b");
        var waiting = inBackground(() -> b.lock("x").acquire());
        signal(process, "STOP");
        var next = outcome(waiting);
        signal(process, "CONT");
        try (var in = process.inputReader();
                var out = process.outputWriter()) {
            out.write("?\n");
            out.flush();
            var answer = in.readLine();
            while (!answer.startsWith("false ") && !answer.startsWith("true ")) {
                answer = in.readLine();
            }
            assertThat(answer).startsWith("false ");
        }
        assertThat(next.isValid()).isTrue();
        process.waitFor();
    }

    @Test
    void waiterThatIsKilledHoldsNobodyUp() throws Exception {
        start();
        var lease = other("a").lock("x").tryAcquire().orElseThrow();
        var process = process("acquire");
        eventually("in line", () -> rows("x") == 2);
        var b = other("b");
        var waiting = inBackground(() -> b.lock("x").acquire());
        eventually("in line", () -> rows("x") == 3);
        process.destroyForcibly().waitFor();
        lease.close();
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void waitingCostsLessThanARequestASecond() throws Exception {
        start();
        var slow = Coordinator.builder()
                .url("redis://127.0.0.1:" + proxy.port())
                .sessionTimeout(Duration.ofMinutes(1))
                .open();
        open.add(slow);
        var lease = slow.lock("x").tryAcquire().orElseThrow();
        var waiter = Coordinator.builder()
                .url("redis://127.0.0.1:" + proxy.port())
                .sessionTimeout(Duration.ofMinutes(1))
                .open();
        open.add(waiter);
        var waiting = new ArrayList<CompletableFuture<Lease>>();
        for (var i = 0; i < 50; i++) {
            waiting.add(inBackground(() -> waiter.lock("x").acquire()));
        }
        eventually("in line", () -> rows("x") == 2);
        var before = proxy.requests();
        var start = System.nanoTime();
        eventually(
                "three seconds",
                () -> System.nanoTime() - start > Duration.ofSeconds(3).toNanos());
        assertThat(proxy.requests() - before).isLessThanOrEqualTo(2);
        lease.close();
        waiting.forEach(served -> served.thenAccept(Lease::close));
        for (var served : waiting) {
            outcome(served);
        }
    }

    @Sized(usual = 10_000, full = 100_000)
    void manyNamesLeaveNoKeyEach(int names) throws Exception {
        start();
        var a = other("a");
        for (var i = 0; i < names; i++) {
            a.lock("name-" + i).tryAcquire().orElseThrow().close();
        }
        a.close();
        assertThat(server.plain().keys("*")).containsExactly("_tooz:token");
        eventually(
                "its connections are closed",
                () -> server.plain().clientList().lines().count() == 1);
    }

    private long rows(String lock) {
        var line = server.plain().get("_tooz:line:" + lock);
        return line == null ? 0 : line.lines().count();
    }

    private static List<String> members(Coordinator by) {
        try {
            return by.group("g").members().stream().map(Member::id).toList();
        } catch (CoordinationException notNow) {
            return List.of();
        }
    }

    private Process holder() throws Exception {
        return process("hold");
    }

    private Process process(String what) throws Exception {
        var process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Peer.class.getName(),
                        server.url(),
                        String.valueOf(LEASE.toMillis()),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        open.add(0, () -> process.destroyForcibly().waitFor());
        if (what.equals("hold")) {
            // Byte by byte, so that what comes later is left for whoever asks for it.
            var line = new StringBuilder();
            for (var c = process.getInputStream().read(); !line.toString().equals("ready"); ) {
                assertThat(c).as("it says that it is ready").isNotNegative();
                if (c == '\n') {
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
                c = process.getInputStream().read();
            }
        }
        return process;
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
