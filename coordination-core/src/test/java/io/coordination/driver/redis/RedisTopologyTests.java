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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.AccessRefusedException;
import io.coordination.BadOptionException;
import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.Lease;
import io.coordination.contract.Identity;
import io.coordination.contract.Ports;
import io.coordination.spi.Characteristic;
import io.coordination.spi.TokenDurability;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.RedisClusterClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which servers a URL leads to, and who is let in. */
class RedisTopologyTests {

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (var opened : open) {
            opened.close();
        }
    }

    private RedisServer server(String... settings) throws IOException {
        var server = RedisServer.start(settings);
        open.add(server);
        return server;
    }

    private Coordinator open(CoordinatorBuilder builder) {
        var member = builder.sessionTimeout(Duration.ofSeconds(3)).open();
        open.add(0, member);
        return member;
    }

    private Coordinator open(String url) {
        return open(Coordinator.builder().url(url));
    }

    private static void works(Coordinator member) {
        try (var lease = member.lock("works").tryAcquire().orElseThrow()) {
            assertThat(lease.isValid()).isTrue();
        }
        member.group("works").join();
        assertThat(member.group("works").members()).hasSize(1);
        member.group("works").leave();
        var election = member.election("works").campaign();
        eventually("leads", election::isLeader);
        election.close();
    }

    @Test
    void sentinelsLeadToTheNextPrimary() throws Exception {
        var primary = server("--save", "");
        var replica = server("--save", "", "--replicaof", "127.0.0.1", String.valueOf(primary.port()));
        var sentinel = RedisServer.sentinel(primary.port());
        open.add(sentinel);
        eventually(
                "the sentinel knows the replica",
                () -> sentinel.says(List.of("SENTINEL", "REPLICAS", "mymaster"))
                        .contains(String.valueOf(replica.port())));
        eventually("in step", () -> replica.plain().info("replication").contains("master_link_status:up"));
        var url = "redis://127.0.0.1:" + sentinel.port() + "/0?sentinel=mymaster";
        var a = open(url);
        var b = open(url);
        works(a);
        var lease = a.lock("x").tryAcquire().orElseThrow();
        // Cut off from the old primary, which neither answers nor closes a connection.
        primary.signal("STOP");
        try {
            eventually("promoted", () -> isPrimary(replica));
            // Whoever stood with the old one goes on with the new one, or stands again.
            for (var member : List.of(a, b)) {
                eventually("served again", () -> acquires(member, "own-" + member.memberId(), new ArrayList<>()));
            }
            lease.close();
            var next = new ArrayList<Lease>();
            eventually("b holds", () -> acquires(b, "x", next));
            assertThat(next.get(0).token()).isGreaterThan(lease.token());
            next.get(0).close();
            eventually("a holds", () -> acquires(a, "x", next));
            var c = open(url);
            assertThat(c.lock("x").tryAcquire()).as("held by a").isEmpty();
            works(c);
        } finally {
            primary.signal("CONT");
        }
    }

    /** Being promoted it cuts its clients off. */
    private static boolean isPrimary(RedisServer server) {
        try {
            return server.plain().info("replication").contains("role:master");
        } catch (RedisException cutOff) {
            return false;
        }
    }

    private static boolean acquires(Coordinator member, String lock, List<Lease> leases) {
        try {
            member.lock(lock).tryAcquire().ifPresent(leases::add);
        } catch (CoordinationException notYet) {
            return false;
        }
        return !leases.isEmpty() && leases.get(leases.size() - 1).isValid();
    }

    @Test
    void allOfANamespaceIsOnOneNodeOfACluster() throws Exception {
        var nodes = cluster();
        var one = nodes.get(0);
        var two = nodes.get(1);
        var a = open("redis://127.0.0.1:" + one.port());
        var b = open("redis://127.0.0.1:" + two.port() + ",127.0.0.1:" + one.port());
        for (var member : List.of(a, b)) {
            works(member);
        }
        var lease = a.lock("x").tryAcquire().orElseThrow();
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        assertThat(b.lock("x").shared().tryAcquire()).isEmpty();
        lease.close();
        assertThat(b.lock("x").tryAcquire()).isPresent();
        assertThat(one.plain().dbsize() == 0 || two.plain().dbsize() == 0).isTrue();
        assertThat(one.plain().dbsize() + two.plain().dbsize()).isGreaterThan(3);
        try (var other = Coordinator.builder()
                .url("redis://127.0.0.1:" + one.port())
                .namespace("other")
                .open()) {
            works(other);
        }
    }

    private List<RedisServer> cluster(String... settings) throws Exception {
        var all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--save", ""));
        all.addAll(List.of(settings));
        var nodes = List.of(server(all.toArray(String[]::new)), server(all.toArray(String[]::new)));
        addSlots(nodes.get(0), 0, 8191);
        addSlots(nodes.get(1), 8192, 16383);
        nodes.get(0).plain().clusterMeet("127.0.0.1", nodes.get(1).port());
        for (var node : nodes) {
            eventually(
                    "cluster",
                    () -> node.plain().clusterInfo().contains("cluster_state:ok")
                            && node.plain().clusterInfo().contains("cluster_known_nodes:2"));
        }
        return nodes;
    }

    @Test
    void clusterClientOfTheApplicationIsUsedAndLeftOpen() throws Exception {
        var nodes = cluster();
        for (var node : nodes) {
            node.plain().configSet("requirepass", "s@cret");
        }
        var client = RedisClusterClient.create(
                "redis://:s%40cret@127.0.0.1:" + nodes.get(0).port());
        open.add(0, () -> client.shutdown(Duration.ZERO, Duration.ZERO));
        for (var namespace : List.of("a", "b", "c", "d")) {
            try (var member = Coordinator.builder()
                    .url("redis://:s%40cret@elsewhere")
                    .namespace(namespace)
                    .driver(RedisDriver.around(client))
                    .open()) {
                works(member);
            }
        }
        assertThat(nodes)
                .as("where the namespaces are")
                .allSatisfy(node -> assertThat(node.plain().dbsize()).isPositive());
        for (var node : nodes) {
            eventually(
                    "its connections are closed",
                    () -> node.plain().clientList().lines().count() == 1);
        }
        assertThat(client.connect().sync().ping()).isEqualTo("PONG");
    }

    private static void addSlots(RedisServer node, int first, int last) {
        var slots = new int[last - first + 1];
        for (var i = 0; i < slots.length; i++) {
            slots[i] = first + i;
        }
        node.plain().clusterAddSlots(slots);
    }

    @Test
    void passwordOpensAndItsLackIsTold() throws Exception {
        var server = server("--requirepass", "s@cret", "--save", "");
        works(open("redis://:s%40cret@127.0.0.1:" + server.port() + "/3"));
        for (var url : List.of("redis://", "redis://:wr0ng@", "redis://nobody:wr0ng@")) {
            assertThatExceptionOfType(AccessRefusedException.class)
                    .isThrownBy(() -> open(url + "127.0.0.1:" + server.port()))
                    .satisfies(refused -> {
                        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
                            assertThat(String.valueOf(cause.getMessage())).doesNotContain("wr0ng");
                        }
                    });
        }
    }

    @Test
    void rightsThatThePageListsAreEnough() throws Exception {
        var page = Files.readString(Path.of("..", "docs", "redis.md"));
        var begin = page.indexOf("ACL SETUSER app on >secret ");
        var rule = page.substring(begin, page.indexOf('\n', begin)).split(" ");
        var server = server("--save", "", "--appendonly", "yes", "--appendfsync", "always");
        server.says(List.of(rule).subList(0, rule.length));
        var member = open("redis://app:secret@127.0.0.1:" + server.port());
        works(member);
        assertThat(member.tokenDurability()).isEqualTo(TokenDurability.DURABLE);
        var writer = member.lock("x").tryAcquire().orElseThrow();
        assertThat(member.lock("x").forceRelease()).isTrue();
        writer.close();
        member.group("g").create();
        member.group("g").delete();
        assertThat(member.groups()).containsExactly("works");
    }

    @Test
    void tlsIsTheCallersOwnAndTheServersNameIsChecked(@TempDir Path directory) throws Exception {
        var identity = Identity.make(directory, "server");
        var pem = identity.pem().toString();
        var port = Ports.free();
        server(
                "--tls-port",
                String.valueOf(port),
                "--tls-cert-file",
                pem,
                "--tls-key-file",
                pem,
                "--tls-ca-cert-file",
                pem,
                "--tls-auth-clients",
                "no",
                "--save",
                "");
        var tls = identity.trusting(identity);
        works(open(Coordinator.builder().url("rediss://127.0.0.1:" + port).tls(tls)));
        assertThatExceptionOfType(CoordinationException.class)
                .as("a name that the certificate does not have")
                .isThrownBy(() -> open(
                        Coordinator.builder().url("rediss://localhost:" + port).tls(tls)));
        assertThatExceptionOfType(CoordinationException.class)
                .as("a certificate that nobody trusts")
                .isThrownBy(() -> open("rediss://127.0.0.1:" + port));
    }

    @Test
    void replicaIsRefused() throws Exception {
        var primary = server("--save", "");
        var replica = server("--save", "", "--replicaof", "127.0.0.1", String.valueOf(primary.port()));
        assertThatExceptionOfType(AccessRefusedException.class)
                .isThrownBy(() -> open(replica.url()))
                .withMessageContaining("replica");
    }

    @Test
    void severalHostsThatAreNoClusterAreRefused() throws Exception {
        var server = server("--save", "");
        assertThatExceptionOfType(BadOptionException.class)
                .isThrownBy(() -> open(server.url() + ",127.0.0.1:" + server.port()))
                .withMessageContaining("sentinel");
    }

    @Test
    void clientOfTheApplicationIsUsedAndLeftOpen() throws Exception {
        var server = server("--save", "");
        var client = RedisClient.create(server.url());
        open.add(0, () -> client.shutdown(Duration.ZERO, Duration.ZERO));
        try (var member = Coordinator.builder()
                .url("redis://elsewhere")
                .driver(RedisDriver.around(client))
                .open()) {
            works(member);
            assertThat(member.characteristics()).contains(Characteristic.FENCING, Characteristic.FAIR);
        }
        eventually(
                "its two connections are closed",
                () -> server.plain().clientList().lines().count() == 1);
        assertThat(client.connect().sync().ping()).isEqualTo("PONG");
    }
}
