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
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.spi.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that takes a lock again and again with nobody in between needs not list the line, and never holds beside another. */
class OwnRunsTests {

    private TestServer server;
    private ZooKeeperBackend backend;
    private Plain plain;
    private String line;
    private final List<AutoCloseable> open = new ArrayList<>();

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
    void pairIsTwoRequestsAfterAFewInARow() {
        var a = member("a");
        takeTurns(a, 6);
        var requests = backend.proxy().requests();
        var trips = backend.trips();
        takeTurns(a, 10);
        assertThat(backend.proxy().requests() - requests).isEqualTo(20);
        assertThat(backend.trips() - trips).isEqualTo(20);
    }

    @Test
    void claimOfAnotherInBetweenKeepsItOut() {
        var a = member("a");
        var b = member("b");
        for (var i = 0; i < 3; i++) {
            takeTurns(a, 6);
            var lease = b.lock("x").tryAcquire().orElseThrow();
            assertThat(a.lock("x").tryAcquire()).isEmpty();
            lease.close();
            a.lock("x").tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void claimOfAnotherThatCameAndWentCostsOneListing() {
        var a = member("a");
        var b = member("b");
        takeTurns(a, 6);
        takeTurns(b, 1);
        var requests = backend.proxy().requests();
        takeTurns(a, 1);
        assertThat(backend.proxy().requests() - requests).isEqualTo(3);
    }

    /** Below the new node of the line somebody else holds the number before the next one of ours. */
    @Test
    void numbersThatBeginAnewBelowANewNodeProveNothing() throws Exception {
        var a = member("a");
        takeTurns(a, 6);
        beginAnewAndHold(5);
        assertThat(a.lock("x").tryAcquire()).isEmpty();
    }

    @Test
    void numbersThatBeginAnewWhileTheLineIsCutProveNothing() throws Exception {
        var a = member("a");
        takeTurns(a, 6);
        backend.proxy().cut();
        beginAnewAndHold(5);
        eventually("the break is noticed", () -> a.state() != SessionState.LIVE);
        backend.proxy().restore();
        eventually("it is connected again", () -> a.state() == SessionState.LIVE);
        assertThat(a.lock("x").tryAcquire()).isEmpty();
    }

    /** Somebody holds, with this number. */
    private void beginAnewAndHold(int number) throws Exception {
        plain.zk().delete(line, -1);
        plain.zk().create(line, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        for (var i = 0; i < number; i++) {
            plain.zk().delete(contender(), -1);
        }
        assertThat(contender()).endsWith("__lock__000000000" + number);
    }

    private String contender() throws Exception {
        return plain.zk()
                .create(
                        line + "/0123456789abcdef0123456789abcdef__lock__",
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT_SEQUENTIAL);
    }

    private static void takeTurns(Coordinator member, int times) {
        for (var i = 0; i < times; i++) {
            member.lock("x").tryAcquire().orElseThrow().close();
        }
    }

    private Coordinator member(String id) {
        var member = backend.member()
                .memberId(id)
                .sessionTimeout(Duration.ofMinutes(10))
                .open();
        open.add(member);
        return member;
    }
}
