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

import io.coordination.ConnectionFailedException;
import io.coordination.CoordinationException;
import io.coordination.LeaseLoss;
import io.coordination.OperationTimedOutException;
import io.coordination.spi.Session;
import io.coordination.spi.SessionState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Lines that are cut and answers that are lost: unknown is told, and nothing is left behind. */
public abstract class FaultContract extends Contract {

    private static final Duration LEASE = Duration.ofSeconds(2);

    @Test
    void cutLineIsAFailureAndNotContention() throws Exception {
        var a = member("a");
        store.line().cut();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire())
                .isInstanceOfAny(ConnectionFailedException.class, OperationTimedOutException.class)
                .withMessageContaining("lock 'x'")
                .withMessageContaining("unknown");
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.group("g").members());
        store.line().restore();
        assertThat(outcome(inBackground(() -> a.lock("x").acquire())).isValid()).isTrue();
    }

    @Test
    void waiterGetsTheLockOverACutLine() throws Exception {
        var a = member("a");
        store.line().cut();
        var waiting = inBackground(() -> a.lock("x").acquire());
        store.line().restore();
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void waitOverACutLineEndsWithTheFailure() {
        var a = member("a");
        store.line().cut();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire(Duration.ofMillis(300)));
    }

    @Test
    void noiseInPlaceOfAnswersIsAFailureAndIsGotOver() throws Exception {
        var a = member("a");
        a.lock("x").tryAcquire().orElseThrow().close();
        store.line().garble();
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire());
        store.line().restore();
        assertThat(outcome(inBackground(() -> a.lock("x").acquire())).isValid()).isTrue();
        assertThat(member("b").lock("x").tryAcquire()).isEmpty();
    }

    @Test
    void lostAnswerToAClaimLeavesNoClaim() {
        var a = member("a");
        var b = member("b");
        store.line().loseReplyOf("claim");
        assertThatExceptionOfType(OperationTimedOutException.class)
                .isThrownBy(() -> a.lock("x").tryAcquire());
        eventually("others can have it", () -> {
            var lease = b.lock("x").tryAcquire();
            lease.ifPresent(held -> held.close());
            return lease.isPresent();
        });
        assertThat(a.lock("x").tryAcquire()).isPresent();
    }

    @Test
    void lostAnswerToAClaimDoesNotStopAWaiter() throws Exception {
        var a = member("a");
        store.line().loseReplyOf("claim");
        assertThat(outcome(inBackground(() -> a.lock("x").acquire())).isValid()).isTrue();
        assertThat(a.lock("x").holders()).hasSize(1);
    }

    @Test
    void lostAnswerToAReleaseIsMendedInTheBackground() {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        store.line().loseReplyOf("release");
        assertThatExceptionOfType(OperationTimedOutException.class).isThrownBy(lease::release);
        assertThat(lease.isValid()).isFalse();
        eventually(
                "it is free",
                () -> member("b-" + System.nanoTime()).lock("x").tryAcquire().isPresent());
    }

    @Test
    void lostAnswerToTheEndOfALeadershipIsMendedInTheBackground() {
        var election = member("a").election("g").campaign();
        eventually("it leads", election::isLeader);
        store.line().loseReplyOf("release");
        election.close();
        assertThat(election.isLeader()).isFalse();
        var next = member("b").election("g").campaign();
        eventually("another one leads", next::isLeader);
    }

    @Test
    void releaseOverACutLineIsMadeUpFor() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        store.line().cut();
        lease.close();
        store.line().restore();
        assertThat(outcome(inBackground(() -> b.lock("x").acquire())).isValid()).isTrue();
    }

    @Test
    void lostAnswerToACandidacyStillElectsOneLeader() {
        var a = member("a");
        store.line().loseReplyOf("claim");
        var election = a.election("g").campaign();
        eventually("it leads", election::isLeader);
        assertThat(a.election("g").leader()).isPresent();
    }

    @Test
    void silentStoreSuspendsTheSessionAndEndsWhatItsLeaseCovers() throws Exception {
        try (var a = store.member().memberId("short").sessionTimeout(LEASE).open()) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var limited = !lease.remaining().equals(Session.FOREVER);
            var told = new CompletableFuture<LeaseLoss>();
            lease.onLost(told::complete);
            store.line().cut();
            eventually("it is noticed", () -> a.state() != SessionState.LIVE);
            if (limited) {
                assertThat(outcome(told).reason()).isIn(LeaseLoss.Reason.EXPIRED, LeaseLoss.Reason.SESSION_LOST);
                assertThat(lease.isValid()).isFalse();
            } else {
                assertThat(lease.isValid()).isTrue();
            }
            store.line().restore();
            eventually("it is live again", () -> a.state() == SessionState.LIVE);
            assertThat(lease.isValid()).isEqualTo(!limited);
        }
    }

    @Test
    void openingOverACutLineFailsAndLeavesNoThread() {
        store.line().cut();
        var before = Thread.activeCount();
        for (var i = 0; i < 5; i++) {
            assertThatExceptionOfType(ConnectionFailedException.class)
                    .isThrownBy(() -> store.member().sessionTimeout(LEASE).open());
        }
        eventually("threads are gone", () -> Thread.activeCount() <= before + 1);
    }
}
