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
package io.coordination.driver.memcached;

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static io.coordination.contract.Contract.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.ForeignDataException;
import io.coordination.LeaseLoss;
import io.coordination.UnmetDemandException;
import io.coordination.contract.ProcessContract;
import io.coordination.driver.file.PeerProcess;
import io.coordination.spi.Characteristic;
import io.coordination.spi.SessionState;
import io.coordination.spi.TokenDurability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens when the server forgets, the line or a process fails, or strangers write under our keys. */
@Tag("slow")
class MemcachedFaultTests extends ProcessContract {

    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration POLL = Duration.ofMillis(100);

    private MemcachedServer server;
    private MemcachedBackend backend;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        begin();
    }

    private void begin(String... options) throws Exception {
        server = new MemcachedServer(options);
        backend = new MemcachedBackend(server, POLL);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            backend.restore();
            for (var opened : open) {
                opened.close();
            }
            backend.close();
            server.close();
        }
    }

    /** Behind the proxy. */
    private Coordinator member(String id) {
        return opened(backend.member().memberId(id).sessionTimeout(LEASE).open());
    }

    /** Beside the proxy, so that it does not meet the others within this process. */
    @Override
    protected Coordinator other(String id) {
        return opened(Coordinator.builder()
                .url(directUrl(""))
                .memberId(id)
                .sessionTimeout(LEASE)
                .pollInterval(POLL)
                .open());
    }

    private String directUrl(String more) {
        return "memcached://127.0.0.1:" + server.port() + "?namespace=" + backend.namespace() + more;
    }

    private Coordinator opened(Coordinator member) {
        open.add(member);
        return member;
    }

    private String key(String rest) {
        return backend.namespace() + ":" + rest;
    }

    @Test
    void promisesEfficiencyOnly() {
        var a = member("a");
        assertThat(a.characteristics())
                .containsExactlyInAnyOrder(
                        Characteristic.DISTRIBUTED_ACROSS_THREADS,
                        Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
                        Characteristic.DISTRIBUTED_ACROSS_HOSTS);
        assertThat(a.tokenDurability()).isEqualTo(TokenDurability.VOLATILE);
        for (var demand : List.of(Characteristic.FENCING, Characteristic.LINEARIZABLE)) {
            assertThatExceptionOfType(UnmetDemandException.class)
                    .isThrownBy(() -> backend.member().require(demand).open())
                    .withMessageContaining(demand.name());
        }
    }

    @Test
    void beliefIsShorterThanTheKeyLivesByTheSecondThatTheServerMayCountShort() {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        assertThat(lease.remaining()).isLessThan(LEASE.minusSeconds(1));
    }

    @Test
    void keyOutlivesBeliefAlthoughTheServersClockTicksAtAnotherPartOfTheSecondThanBefore() throws Exception {
        var b = other("b");
        b.lock("y").tryAcquire().orElseThrow().close();
        server.process().signal("STOP");
        // Longer than a second, so that it ticks when it goes on, and then again after a second.
        for (var part : List.of(100, 900, 100, 900)) {
            at(part);
        }
        server.process().signal("CONT");
        at(100);
        at(750);
        var a = opened(backend.member()
                .memberId("a")
                .sessionTimeout(Duration.ofSeconds(2))
                .open());
        var lease = a.lock("x").tryAcquire().orElseThrow();
        server.process().signal("STOP");
        at(20);
        server.process().signal("CONT");
        var taken = b.lock("x").tryAcquire();
        assertThat(taken.isPresent() && lease.isValid()).as("two believers").isFalse();
    }

    /** Waits for this part of a second, in milliseconds, of the clock that the server looks at, too. */
    private static void at(int millis) {
        eventually("part of a second", () -> {
            var now = System.nanoTime() / 1_000_000 % 1000;
            return now >= millis && now < millis + 100;
        });
    }

    @Test
    void serverThatRestartsForgetsAllAndItsLossIsTold() throws Exception {
        var a = member("a");
        a.group("g").join();
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.process().restart();
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.SESSION_LOST);
        assertThat(lease.isValid()).isFalse();
        eventually("a member again", () -> isMember(a, "a"));
        assertThat(acquire(a, "x").token()).isGreaterThan(lease.token());
    }

    @Test
    void flushForgetsAllAndItsLossIsTold() throws Exception {
        var a = member("a");
        a.group("g").join();
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        assertThat(server.tell("flush_all")).isEqualTo("OK");
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.SESSION_LOST);
        eventually("a member again", () -> isMember(a, "a"));
        eventually("listed again", () -> a.groups().contains("g"));
        assertThat(acquire(a, "x").token()).isGreaterThan(lease.token());
    }

    /** The header of an answer that has two gigabytes, for which there is no memory: it ends the client library's thread. */
    @Test
    void answerThatCanNotBeReadDoesNotEndTheSession() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        backend.proxy()
                .garble(HexFormat.of()
                        .parseHex("81010000" + "00000000" + "7fffffff" + "00000000" + "0000000000000000"));
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("y").tryAcquire());
        backend.restore();
        assertThat(acquire(a, "y").isValid()).isTrue();
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void evictionOfTheSessionIsTold() throws Exception {
        stop();
        open.clear();
        begin("-m", "2", "-o", "no_lru_maintainer");
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        server.crowd(60_000);
        assertThat(told.get(20, TimeUnit.SECONDS).reason())
                .isIn(LeaseLoss.Reason.SESSION_LOST, LeaseLoss.Reason.EVICTED);
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void evictionOfALocksRecordIsToldAndTheSessionGoesOn() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var kept = a.lock("y").tryAcquire().orElseThrow();
        var told = told(lease);
        server.tell("delete " + key("lock:x"));
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EVICTED);
        assertThat(kept.isValid()).isTrue();
        assertThat(a.lock("x").tryAcquire()).isPresent();
    }

    @Test
    void evictionOfAGroupEndsTheSessionThatStandsInIt() {
        var a = member("a");
        a.group("g").join();
        var lost = new CompletableFuture<SessionState>();
        a.onStateChange(state -> {
            if (state == SessionState.LOST) {
                lost.complete(state);
            }
        });
        server.tell("delete " + key("group:g"));
        eventually("told", lost::isDone);
        eventually("a member again", () -> isMember(a, "a"));
    }

    @Test
    void listOfGroupsThatWasForgottenIsMadeAnew() {
        var a = member("a");
        a.group("g").join();
        server.tell("delete " + key("groups"));
        assertThat(other("b").groups()).isEmpty();
        eventually("listed again", () -> a.groups().equals(Set.of("g")));
    }

    @Test
    void groupThatIsDeletedIsNotListedAndLeavesNoKey() {
        var a = member("a");
        a.group("g").create();
        a.group("h").create();
        other("b").group("g").delete();
        assertThat(a.groups()).containsExactly("h");
        assertThat(server.get(key("groups"))).isEqualTo("coordination groups");
        assertThat(server.keys()).doesNotContain(key("group:g")).contains(key("group:h"));
    }

    @Test
    void holderBehindACutLineStopsBelievingBeforeAnotherOneHolds() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var b = other("b");
        var waiting = inBackground(() -> b.lock("x").acquire());
        var told = told(lease);
        lease.onLost(loss -> assertThat(waiting).isNotDone());
        backend.cut();
        assertThat(told.get(20, TimeUnit.SECONDS).reason()).isEqualTo(LeaseLoss.Reason.EXPIRED);
        assertThat(lease.isValid()).isFalse();
        var next = waiting.get(20, TimeUnit.SECONDS);
        assertThat(next.token()).isGreaterThan(lease.token());
        backend.restore();
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void claimThatArrivesLongAfterItsCallerGaveUpIsTakenBack() throws Exception {
        var a = member("a");
        a.lock("warm").tryAcquire().orElseThrow().close();
        backend.proxy().freeze();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire());
        assertThat(server.keys()).doesNotContain(key("lock:x"));
        backend.restore();
        var b = other("b");
        assertThat(inBackground(() -> b.lock("x").acquire())
                        .get(20, TimeUnit.SECONDS)
                        .isValid())
                .isTrue();
    }

    @Test
    void closingOverASilentLineDoesNotWaitForEachThingHeld() {
        var a = member("a");
        for (var i = 0; i < 50; i++) {
            a.lock("lock-" + i).tryAcquire().orElseThrow();
        }
        backend.proxy().freeze();
        var start = System.nanoTime();
        a.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void whatStrangersStoredIsRefusedAndLeftAlone() {
        var a = member("a");
        server.set(key("lock:x"), "theirs");
        server.set(key("group:g"), "theirs");
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire())
                .withMessageContaining("lock 'x'");
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.lock("x").forceRelease());
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.group("g").join());
        assertThat(server.get(key("lock:x"))).isEqualTo("theirs");
        assertThat(server.get(key("group:g"))).isEqualTo("theirs");
    }

    @Test
    void strangersListOfGroupsAndBeginningOfTokensRefuseTheOpening() {
        for (var rest : List.of("groups", "epoch")) {
            server.set(key(rest), "theirs");
            assertThatExceptionOfType(ForeignDataException.class).isThrownBy(() -> member("a"));
            assertThat(server.get(key(rest))).isEqualTo("theirs");
            server.tell("delete " + key(rest));
        }
    }

    @Test
    void recordOfAnotherKeyIsForeign() {
        var a = member("a");
        a.lock("x").tryAcquire().orElseThrow();
        server.copy(key("lock:x"), key("lock:y"));
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.lock("y").tryAcquire());
    }

    @Test
    void tenThousandCyclesLeaveNoKeyBehind() {
        var a = member("a");
        var b = other("b");
        a.lock("warm").tryAcquire().orElseThrow().close();
        var before = server.keys();
        for (var i = 0; i < 10_000; i++) {
            try (var lease = a.lock("lock-" + i).tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
                assertThat(b.lock("lock-" + i).tryAcquire()).isEmpty();
            }
        }
        assertThat(server.keys()).isEqualTo(before);
        b.close();
        a.close();
        assertThat(server.keys()).containsExactly(key("epoch"));
    }

    @Override
    protected PeerProcess peer() throws Exception {
        var peer = PeerProcess.start(directUrl("&timeout=3"), "peer");
        open.add(peer);
        return peer;
    }
}
