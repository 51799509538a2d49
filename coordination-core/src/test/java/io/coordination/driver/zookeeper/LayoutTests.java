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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.coordination.AccessRefusedException;
import io.coordination.Coordinator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.ZooDefs;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the tree, to the byte. */
class LayoutTests {

    private TestServer server;
    private Plain plain;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        plain = new Plain(server);
    }

    @AfterEach
    void stop() throws Exception {
        plain.close();
        server.close();
    }

    private Coordinator member(String id, String rest) {
        return Coordinator.builder()
                .url("zookeeper://127.0.0.1:" + server.port() + rest)
                .memberId(id)
                .open();
    }

    @Test
    void treeLooksAsToozLeavesIt() throws Exception {
        try (var a = member("host-1", "");
                var b = member("host-2", "")) {
            var zone = new LinkedHashMap<String, Object>();
            zone.put("role", "evaluator");
            zone.put("zone", "a");
            var weight = Map.of("weight", 1);
            a.group("grp").create();
            assertThat(plain.tree("/tooz")).containsExactly(entry("/tooz/grp", "persistent "));
            a.group("grp").join(weight);
            b.group("grp").join(zone);
            a.lock("mylock").tryAcquire().orElseThrow();
            b.lock("a/b").shared().tryAcquire().orElseThrow();
            b.lock("permits").permits(3).tryAcquire().orElseThrow();
            var election = a.election("lead").campaign();
            while (!election.isLeader()) {
                Thread.onSpinWait();
            }
            assertThat(plain.tree("/tooz"))
                    .containsExactly(
                            entry("/tooz/grp", "persistent "),
                            entry("/tooz/grp/host-1", "ephemeral 81a677656967687401"),
                            entry("/tooz/grp/host-2", "ephemeral 82a4726f6c65a96576616c7561746f72a47a6f6e65a161"),
                            entry("/tooz/lead", "persistent "),
                            entry("/tooz/lead/leader", "persistent "),
                            entry("/tooz/lead/leader/<32 hex>__lock__0000000000", "ephemeral 686f73742d31"),
                            entry("/tooz/locks", "persistent "),
                            entry("/tooz/locks/a", "persistent "),
                            entry("/tooz/locks/a/b", "persistent "),
                            entry("/tooz/locks/a/b/<32 hex>-r__lock__0000000000", "ephemeral 686f73742d32"),
                            entry("/tooz/locks/mylock", "persistent "),
                            entry("/tooz/locks/mylock/<32 hex>__lock__0000000000", "ephemeral 686f73742d31"),
                            entry("/tooz/locks/permits", "persistent "),
                            entry("/tooz/locks/permits/<32 hex>-p3__lock__0000000000", "ephemeral 686f73742d32"));
        }
        assertThat(plain.tree("/tooz"))
                .containsExactly(
                        entry("/tooz/grp", "persistent "),
                        entry("/tooz/lead", "persistent "),
                        entry("/tooz/lead/leader", "persistent "),
                        entry("/tooz/locks", "persistent "),
                        entry("/tooz/locks/a", "persistent "),
                        entry("/tooz/locks/a/b", "persistent "),
                        entry("/tooz/locks/mylock", "persistent "),
                        entry("/tooz/locks/permits", "persistent "));
    }

    /** What ZooKeeper forbids in a path, what means something else in the tree, and what looks like the form of another. */
    @Test
    void namesStayApartAndInsideTheNamespace() throws Exception {
        var names = List.of(
                "/",
                "//",
                "a//b",
                ".",
                "..",
                "../../zookeeper/quota",
                "../tooz",
                "a/../b",
                "a",
                "b",
                "%%a",
                "%%2F",
                "%2F",
                "locks",
                "leader",
                "zookeeper",
                "\u00e9",
                "e\u0301",
                "\uD83D\uDE00",
                "\uF8FF",
                "\uFFFD",
                "a b",
                "a ",
                "Lock",
                "lock",
                "x__lock__0000000001",
                "x__rlock__0000000001",
                "-n",
                "*",
                "${random}",
                "0123456789abcdef0123456789abcdef__lock__0000000000",
                "\u202Eabc",
                "a\u200Bb",
                "x".repeat(255));
        try (var a = member("a", "?namespace=..%2Fmine");
                var b = member("b", "?namespace=..%2Fmine")) {
            for (var name : names) {
                a.lock(name).tryAcquire().orElseThrow();
                a.group(name).join();
                a.election(name).campaign();
            }
            for (var name : names) {
                assertThat(b.lock(name).tryAcquire()).as(name).isEmpty();
                assertThat(b.group(name).members()).as(name).hasSize(1);
            }
            assertThat(b.groups()).containsExactlyInAnyOrderElementsOf(names);
        }
        assertThat(plain.children("/")).containsExactlyInAnyOrder("zookeeper", "%%..%2Fmine");
        assertThat(plain.children("/zookeeper")).containsExactlyInAnyOrder("config", "quota");
        assertThat(plain.children("/zookeeper/quota")).isEmpty();
    }

    @Test
    void memberIdsStayApartFromTheNodesOfTheTree() throws Exception {
        for (var id : List.of("leader", "locks", "/", "..", "a/b", "%%leader", "\uD83D\uDE00")) {
            try (var a = member(id, "")) {
                a.group("g").join();
                a.election("g").campaign();
                assertThat(a.group("g").members())
                        .as(id)
                        .singleElement()
                        .satisfies(found -> assertThat(found.id()).isEqualTo(id));
            }
        }
    }

    @Test
    void tokenIsTheTransactionThatMadeTheNode() throws Exception {
        try (var a = member("a", "")) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var node = plain.children("/tooz/locks/x").get(0);
            assertThat(plain.stat("/tooz/locks/x/" + node).getCzxid()).isEqualTo(lease.token());
        }
    }

    @Test
    void parentsOfOtherNamespacesAreReapedAndMadeAnew() throws Exception {
        try (var a = member("a", "?namespace=mine")) {
            var first = a.lock("x").tryAcquire().orElseThrow();
            first.close();
            a.group("g").create();
            var start = System.nanoTime();
            while (plain.stat("/mine/locks/x") != null) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            }
            assertThat(plain.tree("/mine"))
                    .containsExactly(entry("/mine/g", "persistent "), entry("/mine/locks", "persistent "));
            assertThat(a.lock("x").tryAcquire().orElseThrow().token()).isGreaterThan(first.token());
        }
    }

    @Test
    void namespaceIsMadeBelowAPathThatDoesNotExistYet() throws Exception {
        try (var a = member("a", "/apps/one?namespace=mine")) {
            a.group("g").join();
            assertThat(plain.children("/apps/one/mine/g")).containsExactly("a");
        }
    }

    @Test
    void nodesOfAUserAreForTheUserOnly() throws Exception {
        var url = "zookeeper://user:secret@127.0.0.1:" + server.port() + "?namespace=private";
        try (var a = Coordinator.builder().url(url).memberId("a").open()) {
            a.group("g").join();
            a.lock("x").tryAcquire().orElseThrow();
            plain.zk().addAuthInfo("digest", "user:secret".getBytes(StandardCharsets.UTF_8));
            for (var path : new String[] {"/private", "/private/g", "/private/g/a", "/private/locks/x"}) {
                assertThat(plain.zk().getACL(path, null)).singleElement().satisfies(acl -> {
                    assertThat(acl.getPerms()).isEqualTo(ZooDefs.Perms.ALL);
                    assertThat(acl.getId().getScheme()).isEqualTo("digest");
                    assertThat(acl.getId().getId()).startsWith("user:").doesNotContain("secret");
                });
            }
            assertThat(a.toString()).doesNotContain("secret");
        }
    }

    @Test
    void treeOfAnotherUserIsRefusedAtTheStartWithTheMend() throws Exception {
        try (var a = Coordinator.builder().url(url("user:secret@", "other")).open()) {
            a.lock("x").tryAcquire().orElseThrow();
            for (var stranger : new String[] {"", "guest:wrong@"}) {
                assertThatExceptionOfType(AccessRefusedException.class)
                        .isThrownBy(() -> Coordinator.builder()
                                .url(url(stranger, "other"))
                                .open())
                        .withMessageContainingAll("/other", "check user and password", "access rights")
                        .withMessageNotContainingAny("secret", "wrong");
            }
        }
    }

    @Test
    void locksAndGroupsOfAnotherUserBelowAnOpenTreeAreRefusedWithTheMend() throws Exception {
        try (var guest =
                        Coordinator.builder().url(url("", "open")).memberId("g").open();
                var owner = Coordinator.builder()
                        .url(url("user:secret@", "open"))
                        .memberId("o")
                        .open()) {
            owner.lock("x").tryAcquire().orElseThrow();
            owner.group("g").join();
            for (ThrowingCallable refused : List.<ThrowingCallable>of(
                    () -> guest.lock("x").tryAcquire(),
                    () -> guest.lock("y").tryAcquire(),
                    () -> guest.lock("x").holders(),
                    () -> guest.group("g").join(),
                    () -> guest.group("g").members())) {
                assertThatExceptionOfType(AccessRefusedException.class)
                        .isThrownBy(refused)
                        .withMessageContainingAll("/open/", "check user and password", "access rights");
            }
        }
    }

    private String url(String user, String namespace) {
        return "zookeeper://" + user + "127.0.0.1:" + server.port() + "?namespace=" + namespace;
    }
}
