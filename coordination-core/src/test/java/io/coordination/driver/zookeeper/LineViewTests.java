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
import static io.coordination.contract.Contract.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits in a short line hears of its changes, and asks for nothing. */
class LineViewTests {

    private TestServer server;
    private ZooKeeperBackend backend;
    private Plain plain;
    private String line;
    private final List<Coordinator> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        backend = new ZooKeeperBackend(server.port(), new ZooKeeperDriver());
        plain = new Plain(server);
        line = backend.root() + "/tooz/locks/x";
    }

    @AfterEach
    void stop() throws Exception {
        for (var opened : open) {
            opened.close();
        }
        plain.close();
        backend.close();
        server.close();
    }

    @Test
    void turnComesWithoutARequest() throws Exception {
        var lease = member("a").lock("x").acquire();
        var waiting = waiter(member("b"), 2);
        var before = settled();
        lease.close();
        assertThat(outcome(waiting).isValid()).isTrue();
        assertThat(backend.proxy().requests() - before).as("the release").isEqualTo(1);
    }

    @Test
    void claimInALineThatIsViewedIsOneRequest() throws Exception {
        var lease = member("a").lock("x").acquire();
        var b = member("b");
        var waiting = waiter(b, 2);
        var before = settled();
        lease.close();
        outcome(waiting).close();
        b.lock("x").acquire().close();
        assertThat(backend.proxy().requests() - before)
                .as("three releases and one claim")
                .isEqualTo(4);
    }

    @Test
    void processesThatTakeTurnsNeedOneRequestForEachLock() throws Exception {
        var leases = new ArrayList<CompletableFuture<Lease>>();
        var members = List.of(member("a"), member("b"), member("c"));
        var holder = member("d").lock("x").acquire();
        for (var i = 0; i < members.size(); i++) {
            leases.add(waiter(members.get(i), i + 2));
        }
        for (var member : members) {
            for (var i = 0; i < 10; i++) {
                leases.add(inBackground(() -> member.lock("x").acquire()));
            }
        }
        var before = settled();
        holder.close();
        var token = holder.token();
        for (var served = 0; served < 33; served++) {
            CompletableFuture.anyOf(leases.toArray(CompletableFuture[]::new)).join();
            var held = leases.stream().filter(CompletableFuture::isDone).toList();
            assertThat(held).as("who holds at the same time").hasSize(1);
            leases.removeAll(held);
            var lease = held.get(0).join();
            assertThat(lease.token()).isGreaterThan(token);
            token = lease.token();
            lease.close();
        }
        assertThat(backend.proxy().requests() - before).isEqualTo(1 + 33);
    }

    @Test
    void nobodyIsLetInByAWaiterThatLeavesOrDies() throws Exception {
        var lease = member("a").lock("x").acquire();
        var b = member("b");
        var impatient = inBackground(() -> b.lock("x").tryAcquire(Duration.ofSeconds(2)));
        untilInLine(2);
        var dying = waiter(member("c"), 3);
        var last = waiter(member("d"), 4);
        settled();
        assertThat(outcome(impatient)).isEmpty();
        plain.zk().delete(line + "/" + children().get(1), -1);
        untilHeardByAll();
        assertThat(last).isNotDone();
        lease.close();
        outcome(last).close();
        assertThat(outcome(dying).token())
                .as("the one whose node was deleted claims anew")
                .isPositive();
    }

    @Test
    void whatHappensWhileTheLineIsCutIsLookedForAfterwards() throws Exception {
        var first = contender();
        var b = member("b");
        var waiting = waiter(b, 2);
        settled();
        backend.proxy().cut();
        plain.zk().delete(first, -1);
        backend.proxy().restore();
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void longLineIsNotViewed() throws Exception {
        var ahead = IntStream.range(0, 20).mapToObj(i -> contender()).toList();
        var waiting = waiter(member("b"), 21);
        var before = settled();
        for (var first : ahead.subList(0, 19)) {
            plain.zk().delete(first, -1);
        }
        var asked = untilHeardByAll();
        assertThat(backend.proxy().requests() - before).isEqualTo(asked);
        plain.zk().delete(ahead.get(19), -1);
        outcome(waiting).close();
        assertThat(backend.proxy().requests() - before - asked)
                .as("a listing and the release")
                .isEqualTo(2);
    }

    @Test
    void lineThatGrowsLongIsNoLongerViewed() throws Exception {
        var first = contender();
        var watches = server.figure("zk_watch_count");
        var waiting = waiter(member("b"), 2);
        settled();
        var behind = IntStream.range(0, 20).mapToObj(i -> contender()).toList();
        eventually("the predecessor is watched instead", () -> watches() == watches + 1);
        for (var other : behind) {
            plain.zk().delete(other, -1);
        }
        plain.zk().delete(first, -1);
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void lineThatNobodyHereUsesIsNoLongerViewed() throws Exception {
        var watches = watches();
        var first = contender();
        var waiting = waiter(member("b"), 2);
        settled();
        plain.zk().delete(first, -1);
        outcome(waiting).close();
        for (var i = 0; i < 5; i++) {
            plain.zk().delete(contender(), -1);
        }
        eventually("no watch is left", () -> watches() == watches);
    }

    @Test
    void viewThatIsNotUsedEndsWithTheSecondRenewal() throws Exception {
        var watches = watches();
        var first = contender();
        var b = backend.member()
                .memberId("b")
                .sessionTimeout(Duration.ofSeconds(3))
                .open();
        open.add(b);
        var waiting = waiter(b, 2);
        plain.zk().delete(first, -1);
        outcome(waiting).close();
        eventually("no watch is left", () -> watches() == watches);
    }

    /** Its renewals come so seldom that they disturb no count. */
    private Coordinator member(String id) {
        var member = backend.member()
                .memberId(id)
                .sessionTimeout(Duration.ofMinutes(10))
                .open();
        open.add(member);
        return member;
    }

    /** One that comes to stand at this place in line, and waits. */
    private CompletableFuture<Lease> waiter(Coordinator member, int place) {
        var waiting = inBackground(() -> member.lock("x").acquire());
        untilInLine(place);
        return waiting;
    }

    private void untilInLine(int number) {
        eventually("so many are in line", () -> children().size() == number);
    }

    private List<String> children() {
        return plain.children(line).stream()
                .sorted((a, b) -> a.substring(a.length() - 10).compareTo(b.substring(b.length() - 10)))
                .toList();
    }

    /** A node that only a listing or an event shows. */
    private String contender() {
        try {
            if (plain.stat(line) == null) {
                member("makes the line").lock("x").acquire().close();
            }
            return plain.zk()
                    .create(
                            line + "/0123456789abcdef0123456789abcdef__lock__",
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT_SEQUENTIAL);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The number of requests once there have been no more for a while. */
    private long settled() {
        var seen = new long[] {-1, System.nanoTime()};
        eventually("it is quiet", () -> {
            var now = backend.proxy().requests();
            if (now != seen[0]) {
                seen[0] = now;
                seen[1] = System.nanoTime();
            }
            return System.nanoTime() - seen[1] > Duration.ofMillis(200).toNanos();
        });
        return seen[0];
    }

    /** Asks once through every member, and so waits until each has heard of all that happened before; returns how many these are. */
    private int untilHeardByAll() {
        for (var member : open) {
            assertThat(member.lock("another").holders()).isEmpty();
        }
        return open.size();
    }

    private long watches() {
        try {
            return server.figure("zk_watch_count");
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
