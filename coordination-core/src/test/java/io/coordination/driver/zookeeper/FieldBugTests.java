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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.AccessRefusedException;
import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.CoordinatorObserver;
import io.coordination.CoordinatorObserver.Renewal;
import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.GroupListener;
import io.coordination.Lease;
import io.coordination.contract.Sized;
import io.coordination.spi.SessionState;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that were found in other clients of ZooKeeper, and that have no test of their own elsewhere. */
@Tag("slow")
class FieldBugTests {

    private static final Duration SESSION = Duration.ofSeconds(6);

    private TestServer server;
    private ZooKeeperBackend backend;
    private final List<Coordinator> members = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        backend = new ZooKeeperBackend(server.port(), new ZooKeeperDriver());
    }

    @AfterEach
    void stop() throws Exception {
        backend.restore();
        members.forEach(Coordinator::close);
        backend.close();
        server.close();
    }

    private Coordinator member(String id) {
        return member(backend.member().memberId(id));
    }

    private Coordinator member(CoordinatorBuilder builder) {
        var member = builder.sessionTimeout(SESSION)
                .pollInterval(Duration.ofMinutes(10))
                .open();
        members.add(member);
        return member;
    }

    /** spring-cloud-zookeeper#159: a member that somebody else took out stayed out. */
    @Test
    void memberThatSomebodyTookOutIsBackAndCanBeUpdated() throws Exception {
        var a = member("a");
        var b = member("b");
        a.group("g").join(Map.of("weight", 2));
        for (var i = 0; i < 2; i++) {
            try (var plain = new Plain(server)) {
                plain.zk().delete(backend.root() + "/tooz/g/a", -1);
            }
            assertThat(b.group("g").members()).isEmpty();
            eventually("it is back", () -> b.group("g").member("a").isPresent());
        }
        assertThat(b.group("g").member("a").orElseThrow().weight()).isEqualTo(2);
        a.group("g").update(Map.of("weight", 3));
        assertThat(b.group("g").member("a").orElseThrow().weight()).isEqualTo(3);
        a.group("g").leave();
        assertThat(b.group("g").members()).isEmpty();
    }

    /** Who comes back finds its place taken, which is no reason to lose the rest. */
    @Test
    void memberWhosePlaceSomebodyElseTookKeepsItsLocksAndIsBackLater() throws Exception {
        var renewals = new CopyOnWriteArrayList<Renewal>();
        var a = member(backend.member().memberId("a").observer(new CoordinatorObserver() {
            @Override
            public void renewed(Renewal renewal, Duration took) {
                renewals.add(renewal);
            }
        }));
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        a.group("g").join(Map.of("weight", 2));
        try (var plain = new Plain(server)) {
            var path = backend.root() + "/tooz/g/a";
            plain.zk()
                    .multi(List.of(
                            Op.delete(path, -1),
                            Op.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL)));
            var before = renewals.size();
            eventually("renewed more than once", () -> renewals.size() > before + 2);
            assertThat(b.group("g").member("a").orElseThrow().weight()).isEqualTo(1);
        }
        eventually("it is back", () -> b.group("g").member("a").stream().anyMatch(member -> member.weight() == 2));
        assertThat(renewals).doesNotContain(Renewal.FAILED);
        assertThat(lease.isValid()).isTrue();
    }

    /** CURATOR-653, CURATOR-696: two leaders after the ensemble was down and up. */
    @Sized(usual = 4, full = 20)
    void restartsOfTheServerNeverMakeTwoLeaders(int restarts) throws Exception {
        var a = new Candidate(member("a"));
        var b = new Candidate(member("b"));
        try (var never = new TwoLeaders(a, b)) {
            for (var i = 0; i < restarts; i++) {
                eventually("one leads", () -> a.election.isLeader() || b.election.isLeader());
                server.restart();
                (a.election.isLeader() ? a : b).election.resign();
                eventually("live", () -> a.isLive() && b.isLive());
            }
            eventually("one leads", () -> a.election.isLeader() || b.election.isLeader());
            assertThat(never.seen()).isZero();
        }
        assertThat(a.regressions.get() + b.regressions.get()).isZero();
    }

    /** CURATOR-73, CURATOR-202, CURATOR-504, CURATOR-644: no leader after a line that flaps. */
    @Sized(usual = 15, full = 200)
    void lineThatFlapsLeavesALeader(int flaps) throws Exception {
        var a = new Candidate(member("a"));
        var b = new Candidate(member("b"));
        try (var never = new TwoLeaders(a, b)) {
            for (var i = 0; i < flaps; i++) {
                backend.proxy().breakConnections();
                LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            }
            var start = System.nanoTime();
            eventually("one leads", () -> a.election.isLeader() || b.election.isLeader());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SESSION.plusSeconds(5));
            assertThat(never.seen()).isZero();
        }
        eventually("both live", () -> a.isLive() && b.isLive());
        var first = a.election.isLeader() ? a : b;
        var second = first == a ? b : a;
        first.election.close();
        eventually("the other one takes over", second.election::isLeader);
    }

    /** CURATOR-527: a wake that is lost between the look and the wait. */
    @Sized(usual = 2_000, full = 10_000)
    void handOversBetweenProcessesLoseNoWake(int handOvers) throws Exception {
        var processes = List.of(
                TurnsProcess.start(backend.directUrl(), handOvers / 2),
                TurnsProcess.start(backend.directUrl(), handOvers / 2));
        try {
            for (var process : processes) {
                process.outputWriter().append('\n').flush();
            }
            for (var process : processes) {
                var longest =
                        inBackground(() -> process.inputReader().readLine()).get(50, TimeUnit.SECONDS);
                assertThat(Duration.ofNanos(Long.parseLong(longest))).isLessThan(Duration.ofSeconds(1));
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** CURATOR-724: parents that are missing after a reconnect. */
    @Test
    void ensembleThatLostItsDataGetsALeaderAndMembersAgain() throws Exception {
        var a = member("a");
        var election = a.election("g").campaign();
        eventually("leads", election::isLeader);
        a.group("g").join(Map.of("weight", 2));
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var lost = new CompletableFuture<Void>();
        lease.onLost(loss -> lost.complete(null));
        server.wipe();
        lost.get(30, TimeUnit.SECONDS);
        eventually("leads again", election::isLeader);
        var b = member("b");
        eventually(
                "a member again",
                () -> b.groups().contains("g") && b.group("g").members().size() == 1);
        assertThat(b.election("g").leader())
                .map(io.coordination.spi.Holder::member)
                .contains("a");
        assertThat(b.lock("x").tryAcquire()).isPresent();
    }

    /** CURATOR-171: a leader whose node an administrator deleted. */
    @Test
    void leaderWhoseNodeIsDeletedIsToldAndStandsAgain() throws Exception {
        var a = new Candidate(member("a"));
        eventually("leads", a.election::isLeader);
        var before = a.election.lease().orElseThrow();
        try (var plain = new Plain(server)) {
            var line = backend.root() + "/tooz/g/leader";
            plain.zk().delete(line + "/" + plain.children(line).get(0), -1);
        }
        eventually("told", () -> !before.isValid());
        eventually("leads again", a.election::isLeader);
        assertThat(a.election.lease().orElseThrow().token()).isGreaterThan(before.token());
    }

    /** Not Curator alone: after the last sequence number all nodes have the same. */
    @Test
    void lineWhoseNumbersRunOutLetsNobodyInTwiceAndBeginsAnew(@TempDir File data) throws Exception {
        var counting = new ZooKeeperServer(data, data, TestServer.TICK);
        var front = ServerCnxnFactory.createFactory(0, 100);
        front.startup(counting);
        var url = "zookeeper://127.0.0.1:" + front.getLocalPort();
        try (var a = Coordinator.open(url);
                var b = Coordinator.open(url)) {
            var before = a.lock("x").tryAcquire().orElseThrow();
            counting.getZKDatabase().getNode("/tooz/locks/x").stat.setCversion(Integer.MAX_VALUE);
            refuses(b, 3);
            assertThat(before.release()).isTrue();
            refuses(b, 1);
            var after = b.lock("x").tryAcquire().orElseThrow();
            assertThat(after.token()).isGreaterThan(before.token());
            assertThat(a.lock("x").tryAcquire()).isEmpty();
        } finally {
            front.shutdown();
        }
    }

    private static void refuses(Coordinator member, int times) {
        for (var i = 0; i < times; i++) {
            assertThatExceptionOfType(AccessRefusedException.class)
                    .isThrownBy(() -> member.lock("x").tryAcquire())
                    .withMessageContaining("no number left");
        }
    }

    /** CURATOR-1292: watchers that pile up. */
    @Sized(usual = 300, full = 10_000)
    void watchesDoNotPileUp(int cycles) throws Exception {
        var a = member("a");
        var b = member("b");
        cycle(a, b, 20);
        var before = settled();
        cycle(a, b, cycles);
        eventually("no more than before", () -> watches() <= before + 2);
    }

    /** kazoo 271, 283, 291: a partitioner that misses changes. */
    @Test
    void partitionersAgreeAfterManyComingsAndGoings() {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var all = List.of(member("a"), member("b"), member("c"), member("d"));
        var partitioners = all.stream().map(member -> member.partitioner("p")).toList();
        var in = new boolean[all.size()];
        for (var i = 0; i < 200; i++) {
            var who = random.nextInt(all.size());
            if (in[who]) {
                all.get(who).group("p").leave();
            } else {
                all.get(who).group("p").join(Map.of("weight", 1 + random.nextInt(3)));
            }
            in[who] = !in[who];
        }
        if (!in[0]) {
            all.get(0).group("p").join();
        }
        var members = all.get(1).group("p").members().stream()
                .map(member -> member.id())
                .toList();
        for (var partitioner : partitioners) {
            eventually(
                    "the members, seed " + seed,
                    () -> partitioner.ring().members().containsAll(members)
                            && partitioner.ring().members().size() == members.size());
        }
        for (var i = 0; i < 1000; i++) {
            var key = "key-" + i;
            eventually(
                    "one owner, seed " + seed,
                    () -> partitioners.stream()
                                    .map(partitioner -> partitioner.owner(key))
                                    .distinct()
                                    .count()
                            == 1);
        }
    }

    private static void cycle(Coordinator a, Coordinator b, int number) throws Exception {
        for (var i = 0; i < number; i++) {
            var lease = a.lock("x").acquire();
            var waiting = inBackground(() -> b.lock("x").tryAcquire(Duration.ofMillis(2)));
            waiting.get(20, TimeUnit.SECONDS).ifPresent(Lease::close);
            var next = inBackground(() -> b.lock("x").tryAcquire(Duration.ofSeconds(20)));
            lease.close();
            next.get(30, TimeUnit.SECONDS).orElseThrow().close();
            a.group("g").watch(new GroupListener() {}).close();
            a.election("g").campaign().close();
        }
    }

    private long settled() {
        var least = new AtomicLong(Long.MAX_VALUE);
        for (var i = 0; i < 50; i++) {
            least.accumulateAndGet(watches(), Math::min);
            LockSupport.parkNanos(1_000_000);
        }
        return least.get();
    }

    private long watches() {
        try {
            return server.figure("zk_watch_count");
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Looks all the time whether both lead. */
    private static final class TwoLeaders implements AutoCloseable {

        private final CompletableFuture<Long> watch;
        private volatile boolean over;

        TwoLeaders(Candidate a, Candidate b) {
            watch = inBackground(() -> {
                var seen = 0L;
                while (!over) {
                    // A lease that is valid before and after is valid between.
                    var before = a.election.lease().filter(Lease::isValid);
                    if (before.isPresent()
                            && b.election.isLeader()
                            && before.get().isValid()) {
                        seen++;
                    }
                    LockSupport.parkNanos(20_000);
                }
                return seen;
            });
        }

        /** How often they did. */
        long seen() {
            over = true;
            return watch.join();
        }

        @Override
        public void close() {
            over = true;
        }
    }

    private static final class Candidate {

        final Coordinator member;
        final Election election;
        final AtomicLong regressions = new AtomicLong();
        private long token;

        Candidate(Coordinator member) {
            this.member = member;
            this.election = member.election("g");
            election.listen(new ElectionListener() {
                @Override
                public void granted(Lease lease) {
                    if (lease.token() <= token) {
                        regressions.incrementAndGet();
                    }
                    token = lease.token();
                }
            });
            election.campaign();
        }

        boolean isLive() {
            return member.state() == SessionState.LIVE;
        }
    }
}
