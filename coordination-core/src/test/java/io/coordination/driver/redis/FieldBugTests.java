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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults that were found in Redisson, Spring Integration, ShedLock and tooz, and that have no test of their own elsewhere. */
@Tag("slow")
class FieldBugTests extends FaultFixture {

    @Test
    void cyclesLeaveNoKeySubscriptionOrConnection() throws Exception {
        start();
        var a = other("a");
        var b = other("b");
        for (var i = 0; i < 10_000; i++) {
            var lease = a.lock("name-" + i % 7).tryAcquire().orElseThrow();
            if (i % 10 == 0) {
                var name = "name-" + i % 7;
                var waiting = inBackground(() -> b.lock(name).acquire());
                eventually(
                        "in line",
                        () -> server.plain().get("_tooz:line:" + name).lines().count() == 2);
                lease.close();
                outcome(waiting).close();
                var group = a.group("g");
                try (var watching = b.group("g").watch(new GroupListener() {})) {
                    assertThat(watching).isNotNull();
                    group.join();
                    group.leave();
                }
                group.delete();
            }
            lease.close();
        }
        assertThat(server.plain().pubsubChannels())
                .hasSize(2)
                .allMatch(channel -> channel.startsWith("_tooz:session:"));
        assertThat(server.plain().clientList().lines().count()).isEqualTo(5);
        assertThat(server.plain().keys("*")).hasSize(3).contains("_tooz:token");
        a.close();
        b.close();
        assertThat(server.plain().keys("*")).containsExactly("_tooz:token");
        eventually("no subscription", () -> server.plain().pubsubChannels().isEmpty());
        eventually("no connection", () -> server.plain().clientList().lines().count() == 1);
    }

    /** redisson#7272, #1626: an interrupted wait was renewed for ever. */
    @Test
    void interruptedWaitsLeaveNothingToRenew() throws Exception {
        start();
        var a = other("a");
        var b = other("b");
        for (var i = 0; i < 500; i++) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var thread = new AtomicReference<Thread>();
            var began = new CountDownLatch(1);
            var waiting = inBackground(() -> {
                thread.set(Thread.currentThread());
                began.countDown();
                return b.lock("x").acquire();
            });
            began.await();
            thread.get().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> outcome(waiting));
            assertThat(lease.release()).isTrue();
            eventually("no place in line", () -> server.plain().exists("_tooz:line:x") == 0);
        }
        assertThat(server.plain().keys("_tooz_x*")).isEmpty();
        assertThat(server.plain().keys("_tooz:line*")).isEmpty();
    }

    /** redisson#5019: claims whose answers were lost stayed in the line. */
    @Test
    void claimsOfUnknownOutcomeLeaveNoPlaceInLine() throws Exception {
        start();
        var a = member("a");
        var b = other("b");
        for (var i = 0; i < 100; i++) {
            var held =
                    i % 2 == 0 ? null : outcome(inBackground(() -> b.lock("x").acquire()));
            proxy.loseReplyOf("claim");
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> a.lock("x").tryAcquire());
            if (held != null) {
                held.close();
            }
        }
        eventually("no place in line", () -> server.plain().exists("_tooz:line:x", "_tooz_x_lock") == 0);
    }

    /** redisson#5698, #3712: renewal stopped silently after an error. */
    @Test
    void renewalThatFailsIsMadeUpFor() throws Exception {
        start();
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        for (var i = 0; i < 3; i++) {
            eventually("a third of it is over", () -> server.plain().pttl("_tooz_x_lock") < 2_100);
            proxy.breakConnections();
            eventually("renewed", () -> server.plain().pttl("_tooz_x_lock") > 2_500);
        }
        assertThat(lease.isValid()).isTrue();
    }

    /** spring-integration#1888, ShedLock#1986, tooz: what one holds no longer was deleted from under the next holder. */
    @Test
    void lateReleaseLeavesTheNextHoldersKeyAlone() throws Exception {
        start();
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = told(lease);
        proxy.freeze();
        assertThat(told.get(20, TimeUnit.SECONDS)).isNotNull();
        var next = outcome(inBackground(() -> other("b").lock("x").acquire()));
        var key = server.plain().get("_tooz_x_lock");
        proxy.restore();
        assertThat(lease.release()).isFalse();
        eventually("a is back", () -> acquires(a, "other"));
        assertThat(server.plain().get("_tooz_x_lock")).isEqualTo(key);
        assertThat(next.isValid()).isTrue();
        next.close();
        assertThat(outcome(inBackground(() -> a.lock("x").acquire())).isValid()).isTrue();
    }

    private static boolean acquires(Coordinator member, String lock) {
        try {
            return member.lock(lock).tryAcquire().isPresent();
        } catch (CoordinationException notYet) {
            return false;
        }
    }

    /** spring-integration#3700: a wait gave up early after a lost race. */
    @Test
    void waitsThatAreLongEnoughAllEndWithTheLock() throws Exception {
        start();
        var members = new Coordinator[] {other("a"), other("b"), other("c")};
        var waits = new ArrayList<CompletableFuture<Boolean>>();
        for (var i = 0; i < 30; i++) {
            var member = members[i % members.length];
            waits.add(inBackground(() -> {
                for (var round = 0; round < 20; round++) {
                    member.lock("x")
                            .tryAcquire(Duration.ofSeconds(20))
                            .orElseThrow()
                            .close();
                }
                return true;
            }));
        }
        for (var wait : waits) {
            assertThat(outcome(wait)).isTrue();
        }
        assertThat(server.plain().exists("_tooz_x_lock", "_tooz:line:x")).isZero();
    }

    /** tooz 20bda6e: each heartbeat added to the time that was left. */
    @Test
    void renewalsKeepAKeyForTheLeaseAndNoLonger() throws Exception {
        start();
        var a = other("a");
        a.lock("x").tryAcquire().orElseThrow();
        a.group("g").join();
        for (var i = 0; i < 5; i++) {
            eventually("a third of it is over", () -> server.plain().pttl("_tooz_x_lock") < 2_100);
            eventually("renewed", () -> server.plain().pttl("_tooz_x_lock") > 2_500);
            for (var key : server.plain().keys("*")) {
                assertThat(server.plain().pttl(key)).as(key).isLessThanOrEqualTo(LEASE.toMillis());
            }
        }
    }

    /** tooz 842c740, 99419c5: what a stopped member had was taken over only when it expired. */
    @Test
    void closedMemberIsGoneAtOnce() throws Exception {
        start();
        var a = other("a");
        var b = other("b");
        a.lock("x").tryAcquire().orElseThrow();
        a.group("g").join();
        a.close();
        assertThat(b.lock("x").tryAcquire()).isPresent();
        assertThat(b.group("g").members()).isEmpty();
    }

    /** The counter is then as old as what the server remembers. */
    @Test
    void restartWithAnOlderSnapshotTakesNoTokenBack() throws Exception {
        start("--save", "3600 1", "--appendonly", "no");
        var a = other("a");
        a.lock("x").tryAcquire().orElseThrow().close();
        server.plain().save();
        var last = 0L;
        for (var i = 0; i < 100; i++) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            last = lease.token();
            lease.close();
        }
        server.kill();
        server.run();
        var next = new AtomicReference<Lease>();
        eventually("served again", () -> {
            try {
                a.lock("x").tryAcquire().ifPresent(next::set);
            } catch (CoordinationException notYet) {
                return false;
            }
            return next.get() != null;
        });
        assertThat(next.get().token()).isGreaterThan(last);
    }

    /** redisson#7031: a URL with its password in an exception. */
    @Test
    void noPasswordIsInWhatIsThrown() throws Exception {
        start("--save", "", "--requirepass", "other");
        for (var url : new String[] {
            "redis://:s3cret@127.0.0.1:" + server.port(),
            "redis://127.0.0.1:" + server.port() + "?sentinel=m&sentinel_password=s3cret",
            "redis://user:s3cret@127.0.0.1:1"
        }) {
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> Coordinator.open(url))
                    .satisfies(thrown -> {
                        var trace = new StringWriter();
                        thrown.printStackTrace(new PrintWriter(trace));
                        assertThat(trace.toString()).doesNotContain("s3cret");
                    });
        }
    }
}
