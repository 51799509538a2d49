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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.coordination.Coordinator;
import io.coordination.GroupListener;
import io.coordination.LeaseLoss;
import io.coordination.Member;
import io.coordination.UnmetDemandException;
import io.coordination.spi.Characteristic;
import io.coordination.spi.SessionState;
import io.coordination.spi.TokenDurability;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The life of a session: standing, being lost, being replaced, ending. */
public abstract class SessionContract extends Contract {

    @Test
    void openSessionIsLiveAndClosedOneIsOver() {
        var a = member("a");
        assertThat(a.state()).isEqualTo(SessionState.LIVE);
        assertThat(a.memberId()).isEqualTo("a");
        assertThat(a.characteristics()).isNotEmpty();
        a.close();
        assertThat(a.state()).isEqualTo(SessionState.LOST);
        a.close();
        assertThatIllegalStateException().isThrownBy(a::groups);
        assertThatIllegalStateException().isThrownBy(() -> a.lock("x").tryAcquire());
        assertThatIllegalStateException().isThrownBy(() -> a.election("g"));
        assertThatIllegalStateException().isThrownBy(() -> a.group("g").join());
        assertThatIllegalStateException().isThrownBy(() -> a.partitioner("g"));
    }

    @Test
    void demandsThatTheStoreDoesNotMeetRefuseTheOpening() {
        var promised = member("a").characteristics();
        var missing = EnumSet.complementOf(EnumSet.copyOf(promised));
        assertThat(missing).as("no store promises everything").isNotEmpty();
        assertThatExceptionOfType(UnmetDemandException.class)
                .isThrownBy(
                        () -> store.member().require(missing.iterator().next()).open())
                .withMessageContaining(missing.iterator().next().name());
        try (var met =
                store.member().require(promised.toArray(new Characteristic[0])).open()) {
            assertThat(met.state()).isEqualTo(SessionState.LIVE);
        }
    }

    @Test
    void tokensThatSurviveLessThanIsDemandedAreRefusedAtOnce() {
        var a = member("a");
        for (var demand : TokenDurability.values()) {
            var demanding = store.member().requireTokenDurability(demand);
            if (a.characteristics().contains(Characteristic.FENCING)
                    && a.tokenDurability().isAtLeast(demand)) {
                demanding.open().close();
            } else {
                assertThatExceptionOfType(UnmetDemandException.class)
                        .as("%s, where tokens are %s", demand, a.tokenDurability())
                        .isThrownBy(demanding::open)
                        .withMessageMatching(".*(" + demand + "|FENCING).*");
            }
        }
    }

    @Test
    void lostSessionIsReplacedAndItsLeasesAreLostWithTheReason() throws Exception {
        var a = member("a");
        var states = new LinkedBlockingQueue<SessionState>();
        a.onStateChange(states::add);
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        store.line().expire(a);
        assertThat(outcome(told).reason()).isEqualTo(LeaseLoss.Reason.SESSION_LOST);
        assertThat(lease.isValid()).isFalse();
        var first = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        // A client library may notice the silence before it learns of the end.
        assertThat(first == SessionState.SUSPENDED ? states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS) : first)
                .isEqualTo(SessionState.LOST);
        assertThat(states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(SessionState.LIVE);
        var again = outcome(inBackground(() -> a.lock("x").acquire()));
        assertThat(again.token()).isGreaterThan(lease.token());
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isFalse();
        assertThat(again.isValid()).isTrue();
    }

    @Test
    void groupsAreJoinedAgainWithTheLatestCapabilities() {
        var a = member("a");
        var b = member("b");
        a.group("g").join(Map.of("version", 1));
        a.group("g").update(Map.of("version", 2));
        store.line().expire(a);
        eventually(
                "it is a member again",
                () -> b.group("g")
                        .member("a")
                        .filter(member ->
                                Long.valueOf(2).equals(member.capabilities().get("version")))
                        .isPresent());
    }

    @Test
    void watchOutlivesTheSession() throws Exception {
        var a = member("a");
        var joined = new LinkedBlockingQueue<String>();
        a.group("g").watch(new GroupListener() {
            @Override
            public void joined(Member member) {
                joined.add(member.id());
            }
        });
        store.line().expire(a);
        member("b").group("g").join();
        assertThat(joined.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("b");
        member("c").group("g").join();
        assertThat(joined.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("c");
    }

    @Test
    void waiterGoesOnWaitingInTheNextSession() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var b = member("b");
        var before = store.line().trips();
        var waiting = inBackground(() -> b.lock("x").acquire());
        untilInLine(before);
        store.line().expire(b);
        eventually("another session", () -> b.state() == SessionState.LIVE);
        lease.close();
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void lostSessionFreesWhatItHeldForOthers() throws Exception {
        var a = member("a");
        a.lock("x").tryAcquire().orElseThrow();
        var b = member("b");
        var before = store.line().trips();
        var waiting = inBackground(() -> b.lock("x").acquire());
        untilInLine(before);
        store.line().expire(a);
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void memberOwnsNoWorkWhileItHasNoSession() {
        var a = member("a");
        a.group("g").join();
        var partitioner = a.partitioner("g");
        eventually("it owns", () -> partitioner.owns("x"));
        store.line().cut();
        store.line().expire(a);
        assertThat(partitioner.owns("x")).isFalse();
        store.line().restore();
        eventually("it owns again", () -> partitioner.owns("x"));
    }

    @Test
    void closingFromAListenerHarmsNobody() throws Exception {
        var a = member("a");
        var closed = new CountDownLatch(1);
        var lease = a.lock("x").tryAcquire().orElseThrow();
        lease.onLost(loss -> {
            a.close();
            closed.countDown();
        });
        member("b").lock("x").forceRelease();
        assertThat(closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(a.state()).isEqualTo(SessionState.LOST);
    }

    @Test
    void closingEndsAllThreads() {
        var before = threads();
        for (var i = 0; i < 3; i++) {
            var a = store.member().memberId("closing-" + i).open();
            var b = store.member().memberId("other-" + i).open();
            use(a, b);
            a.close();
            b.close();
        }
        eventually("threads are gone", () -> threads() <= before);
    }

    private void use(Coordinator a, Coordinator b) {
        a.election("g").campaign();
        b.election("g").campaign();
        a.group("g").join();
        b.group("g").watch(new GroupListener() {});
        try (var lease = a.lock("x").tryAcquire().orElseThrow()) {
            assertThat(b.lock("x").tryAcquire()).isEmpty();
            assertThat(lease.isValid()).isTrue();
        }
        eventually("a leader", () -> a.election("g").leader().isPresent());
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("coordination"))
                .count();
    }
}
