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

import io.coordination.Coordinator;
import io.coordination.GroupListener;
import io.coordination.GroupNotEmptyException;
import io.coordination.Member;
import io.coordination.spi.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members written with this library and with Python's tooz, in the same groups, locks and elections. */
class ToozFleetTests {

    private static TestServer server;

    private Coordinator java;
    private final List<ToozProcess> fleet = new ArrayList<>();

    @BeforeAll
    static void startServer() throws Exception {
        ToozProcess.requireInstalled();
        server = new TestServer();
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        java = member("java-1");
    }

    @AfterEach
    void close() {
        java.close();
        fleet.forEach(ToozProcess::close);
    }

    private static Coordinator member(String id) {
        return Coordinator.builder()
                .url("zookeeper://127.0.0.1:" + server.port())
                .memberId(id)
                .sessionTimeout(Duration.ofSeconds(8))
                .open();
    }

    private ToozProcess tooz(String id) throws Exception {
        var tooz = ToozProcess.start("kazoo://127.0.0.1:" + server.port() + "?timeout=3", id);
        fleet.add(tooz);
        return tooz;
    }

    @Test
    void membersSeeEachOtherWithCapabilities() throws Exception {
        var python = tooz("python-1");
        python.ask("create see");
        python.ask("join see {\"weight\":3,\"zone\":\"a\"}");
        java.group("see").join(Map.of("weight", 2));
        assertThat(python.ask("members see"))
                .isEqualTo("{\"java-1\":{\"weight\":2},\"python-1\":{\"weight\":3,\"zone\":\"a\"}}");
        assertThat(java.group("see").members()).extracting(Member::id).containsExactly("python-1", "java-1");
        assertThat(java.group("see").member("python-1").orElseThrow().capabilities())
                .isEqualTo(Map.of("weight", 3L, "zone", "a"));
        assertThat(java.groups()).contains("see");
        assertThat(python.ask("groups")).contains("\"see\"");
    }

    @Test
    void membersWatchEachOtherComeAndGo() throws Exception {
        var python = tooz("python-1");
        python.ask("create come");
        python.ask("watch come");
        var seen = new LinkedBlockingQueue<String>();
        java.group("come").watch(new GroupListener() {
            @Override
            public void joined(Member member) {
                seen.add("joined " + member.id());
            }

            @Override
            public void left(Member member) {
                seen.add("left " + member.id());
            }
        });
        java.group("come").join();
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("joined java-1");
        eventually("the other side follows", () -> python.ask("events").contains("joined java-1"));
        python.ask("join come {}");
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("joined python-1");
        java.group("come").leave();
        eventually("the other side follows", () -> python.ask("events").contains("left java-1"));
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("left java-1");
        python.kill();
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("left python-1");
    }

    @Test
    void lockTakenByEitherKeepsTheOtherOutFirstComeFirstServed() throws Exception {
        var first = tooz("python-1");
        var third = tooz("python-3");
        assertThat(first.ask("try turns")).isEqualTo("true");
        assertThat(java.lock("turns").tryAcquire()).isEmpty();
        assertThat(java.lock("turns").holders()).extracting(Holder::member).containsExactly("python-1");
        var waiting = inBackground(() -> java.lock("turns").acquire());
        untilInLine("/tooz/locks/turns", 2);
        var last = third.later("acquire turns 20");
        untilInLine("/tooz/locks/turns", 3);
        first.ask("release turns");
        var lease = waiting.get(20, TimeUnit.SECONDS);
        assertThat(lease.isValid()).isTrue();
        assertThat(last).isNotDone();
        assertThat(first.ask("try turns")).isEqualTo("false");
        lease.close();
        assertThat(last.get(20, TimeUnit.SECONDS)).isEqualTo("true");
        assertThat(java.lock("turns").tryAcquire()).isEmpty();
    }

    @Test
    void namesThatPythonCanWriteMeet() throws Exception {
        var python = tooz("python-1");
        for (var name : List.of("plain", "a/b", "a", "gr\u00fc\u00dfe", "with%25percent", "locks", "leader")) {
            assertThat(python.ask("try " + name)).as(name).isEqualTo("true");
            assertThat(java.lock(name).tryAcquire()).as(name).isEmpty();
            python.ask("release " + name);
            try (var lease = java.lock(name).tryAcquire().orElseThrow()) {
                assertThat(python.ask("try " + name)).as(name).isEqualTo("false");
                assertThat(lease.isValid()).isTrue();
            }
        }
    }

    @Test
    void readersAndPermitsKeepPythonOut() throws Exception {
        var python = tooz("python-1");
        var reader = java.lock("shared").shared().tryAcquire().orElseThrow();
        assertThat(python.ask("try shared")).isEqualTo("false");
        var waiting = python.later("acquire shared 20");
        untilInLine("/tooz/locks/shared", 2);
        assertThat(java.lock("shared").shared().tryAcquire())
                .as("behind a writer that waits")
                .isEmpty();
        reader.close();
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("true");
        assertThat(java.lock("shared").shared().tryAcquire()).isEmpty();
        python.ask("release shared");
        try (var permit = java.lock("shared").permits(5).tryAcquire().orElseThrow()) {
            assertThat(permit.isValid()).isTrue();
            assertThat(python.ask("try shared")).isEqualTo("false");
        }
        assertThat(python.ask("try shared")).isEqualTo("true");
    }

    @Test
    void lockThatPythonKeepsCanBeTakenAgainAfterOurs() throws Exception {
        var python = tooz("python-1");
        for (var i = 0; i < 3; i++) {
            assertThat(python.ask("try again")).isEqualTo("true");
            assertThat(python.ask("release again")).isEqualTo("true");
            try (var other = member("java-" + i)) {
                other.lock("again").tryAcquire().orElseThrow();
            }
        }
        assertThat(python.ask("try again")).isEqualTo("true");
        assertThat(stat("/tooz/locks/again"))
                .as("a parent that is never reaped")
                .isZero();
    }

    @Test
    void leadMovesEitherWayOnStop() throws Exception {
        var election = java.election("lead-stop").campaign();
        eventually("the other side follows", election::isLeader);
        var python = tooz("python-1");
        python.ask("elect lead-stop");
        assertThat(python.ask("leader lead-stop")).isEqualTo("\"java-1\"");
        assertThat(python.ask("led")).isEqualTo("0");
        election.close();
        eventually("the other side follows", () -> python.ask("led").equals("1"));
        assertThat(java.election("lead-stop").leader()).map(Holder::member).contains("python-1");
        var second = member("java-2");
        var again = second.election("lead-stop").campaign();
        untilInLine("/tooz/lead-stop/leader", 2);
        assertThat(again.isLeader()).isFalse();
        python.ask("stop");
        eventually("the other side follows", again::isLeader);
        second.close();
    }

    @Test
    void leadMovesWhenPythonIsKilled() throws Exception {
        var python = tooz("python-1");
        python.ask("elect lead-kill");
        eventually("the other side follows", () -> python.ask("led").equals("1"));
        var election = java.election("lead-kill").campaign();
        untilInLine("/tooz/lead-kill/leader", 2);
        assertThat(election.isLeader()).isFalse();
        python.kill();
        eventually("the other side follows", election::isLeader);
    }

    @Test
    void leadLockAndMembershipMoveWhenJavaIsKilled() throws Exception {
        var holder = HolderProcess.start("zookeeper://127.0.0.1:" + server.port(), Duration.ofSeconds(3));
        try {
            var python = tooz("python-1");
            python.ask("watch g");
            python.ask("elect g");
            assertThat(python.ask("leader g")).isEqualTo("\"holder\"");
            assertThat(python.ask("members g")).contains("\"holder\"");
            assertThat(python.ask("try x")).isEqualTo("false");
            assertThat(python.ask("led")).isEqualTo("0");
            holder.destroyForcibly();
            eventually("the other side follows", () -> python.ask("led").equals("1"));
            assertThat(python.ask("leader g")).isEqualTo("\"python-1\"");
            eventually("the other side follows", () -> python.ask("events").contains("left holder"));
            eventually("the other side follows", () -> python.ask("try x").equals("true"));
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void partitionedGroupHasTheSameOwnersOnBothSides() throws Exception {
        var python = tooz("python-1");
        python.ask("create parts");
        python.ask("partition parts 3");
        java.group("parts").join(Map.of("weight", 2));
        var other = member("java-2");
        other.group("parts").join(Map.of("weight", 1));
        eventually(
                "the other side follows", () -> python.ask("owners parts 200").contains("java-2"));
        var partitioner = java.partitioner("parts");
        eventually("the other side follows", () -> partitioner.ring().members().size() == 3);
        var ours = IntStream.range(0, 10_000)
                .mapToObj(i -> "\"" + partitioner.owner("key-" + i).orElseThrow() + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(python.ask("owners parts 10000")).isEqualTo(ours);
        other.close();
    }

    @Test
    void whatToozLeaksIsHiddenAndMended() throws Exception {
        var python = tooz("python-1");
        python.ask("create leaks");
        python.ask("try some-lock");
        python.ask("leader leaks");
        python.ask("join leaks {}");
        assertThat(java.group("leaks").members()).extracting(Member::id).containsExactly("python-1");
        assertThat(java.groups()).contains("leaks").doesNotContain("locks");
        java.group("locks").create();
        assertThat(java.groups()).contains("locks");
        java.group("locks").delete();
        assertThatExceptionOfType(GroupNotEmptyException.class)
                .isThrownBy(() -> java.group("leaks").delete());
        python.ask("leave leaks");
        java.group("leaks").delete();
        assertThat(python.ask("groups")).doesNotContain("leaks");
    }

    private static long stat(String path) throws Exception {
        try (var zk = new Plain(server)) {
            return zk.stat(path).getEphemeralOwner();
        }
    }

    private static void untilInLine(String line, int number) throws Exception {
        try (var zk = new Plain(server)) {
            eventually(
                    "the other side follows",
                    () -> zk.children(line).stream()
                                    .filter(node -> node.contains("__lock__"))
                                    .count()
                            == number);
        }
    }
}
