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
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.ElectionListener;
import io.coordination.Lease;
import io.coordination.Registration;
import io.coordination.spi.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Elections: one leader among all candidates, who knows it and hands over. */
public abstract class ElectionContract extends Contract {

    @Test
    void onlyCandidateLeads() {
        var election = member("a").election("g");
        assertThat(election.isLeader()).isFalse();
        assertThat(election.leader()).isEmpty();
        leads(election.campaign());
        assertThat(election.lease())
                .hasValueSatisfying(lease -> assertThat(lease.isValid()).isTrue());
        assertThat(election.leader()).hasValueSatisfying(leader -> {
            assertThat(leader.member()).isEqualTo("a");
            assertThat(leader.token()).isEqualTo(election.lease().orElseThrow().token());
        });
    }

    @Test
    void oneOfManyLeadsAndAllAgreeWho() {
        var elections = new ArrayList<Election>();
        for (var i = 0; i < 8; i++) {
            elections.add(member("m" + i).election("g").campaign());
        }
        var leader = leaderOf(elections);
        assertThat(elections)
                .extracting(Election::leader)
                .allMatch(seen -> seen.map(Holder::member)
                        .filter(("m" + elections.indexOf(leader))::equals)
                        .isPresent());
        assertThat(member("outsider").election("g").leader()).isPresent();
        assertThat(elections).filteredOn(Election::isLeader).hasSize(1);
    }

    @Test
    void resigningHandsOverToWhoWaits() {
        var a = leads(member("a").election("g").campaign());
        var first = a.lease().orElseThrow();
        var b = waitsBehind(member("b"));
        a.resign();
        assertThat(first.isValid()).isFalse();
        eventually("the other one leads", () -> {
            // As long as that one does not stand in line yet, the one that resigned is elected again.
            if (a.isLeader()) {
                a.resign();
            }
            return b.isLeader();
        });
        assertThat(a.isLeader()).isFalse();
        assertThat(b.lease().orElseThrow().token()).isGreaterThan(first.token());
        eventually("the one that resigned leads again", () -> {
            // As long as it does not stand again, the other one is elected again.
            if (b.isLeader()) {
                b.resign();
            }
            return a.isLeader();
        });
    }

    @Test
    void resigningWithoutAnotherCandidateLeadsAgainWithAGreaterToken() {
        var a = leads(member("a").election("g").campaign());
        var token = a.lease().orElseThrow().token();
        a.resign();
        eventually(
                "re-elected",
                () -> a.lease().filter(lease -> lease.token() > token).isPresent());
    }

    @Test
    void closingTheElectionHandsOver() {
        var a = leads(member("a").election("g").campaign());
        var b = waitsBehind(member("b"));
        a.close();
        leads(b);
        assertThat(a.isLeader()).isFalse();
        assertThatIllegalStateException().isThrownBy(a::campaign);
        a.close();
    }

    @Test
    void closingTheMemberHandsOverWithinASecond() {
        var a = member("a");
        leads(a.election("g").campaign());
        var b = waitsBehind(member("b"));
        var start = System.nanoTime();
        a.close();
        leads(b);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void candidateThatClosesWhileItWaitsLeavesTheLine() {
        var a = leads(member("a").election("g").campaign());
        var b = waitsBehind(member("b"));
        var c = waitsBehind(member("c"));
        b.close();
        a.close();
        leads(c);
    }

    @Test
    void closedElectionCanBeEnteredAnew() {
        var a = member("a");
        leads(a.election("g").campaign()).close();
        leads(a.election("g").campaign());
    }

    @Test
    void electionsOfGroupsAndLocksOfTheSameNameAreIndependent() {
        var a = member("a");
        leads(a.election("g").campaign());
        leads(member("b").election("h").campaign());
        assertThat(member("c").lock("g").tryAcquire()).isPresent();
        assertThat(a.leases()).isEmpty();
        assertThat(a.elections()).extracting(Election::group).containsExactly("g");
    }

    @Test
    void leaderThatLosesItsSessionIsToldAndLeadsAgain() throws Exception {
        var leader = member("a");
        var a = leader.election("g");
        var events = new Events(a);
        leads(a.campaign());
        var first = a.lease().orElseThrow();
        store.line().expire(leader);
        assertThat(events.next()).isEqualTo("granted " + first.token());
        assertThat(events.next()).isEqualTo("revoked " + first.token());
        assertThat(events.next()).startsWith("granted ");
        assertThat(a.lease().orElseThrow().token()).isGreaterThan(first.token());
    }

    @Test
    void grantedAndRevokedAlternate() throws Exception {
        var a = member("a").election("g");
        var events = new Events(a);
        a.campaign();
        for (var i = 0; i < 5; i++) {
            var granted = events.next();
            assertThat(granted).startsWith("granted ");
            a.resign();
            assertThat(events.next()).isEqualTo(granted.replace("granted", "revoked"));
        }
    }

    @Test
    void whoDoesNotStandHearsOfEveryLeaderThatLasts() throws Exception {
        var changes = new LinkedBlockingQueue<Optional<String>>();
        member("watcher").election("g").listen(new ElectionListener() {
            @Override
            public void leaderChanged(Optional<Holder> leader) {
                changes.add(leader.map(Holder::member));
            }
        });
        var a = leads(member("a").election("g").campaign());
        heard(changes, Optional.of("a"));
        var b = waitsBehind(member("b"));
        a.close();
        leads(b);
        heard(changes, Optional.of("b"));
        b.close();
        heard(changes, Optional.empty());
    }

    @Test
    void listenersThatFailOrBlockStopNobody() throws Exception {
        var member = member("a");
        var a = member.election("g");
        var blocked = new CountDownLatch(1);
        a.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                throw new IllegalStateException("a listener that fails");
            }
        });
        a.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                throw new NoClassDefFoundError("a listener that fails badly");
            }
        });
        var removed = new AtomicReference<Registration>();
        removed.set(a.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                removed.get().close();
            }
        }));
        a.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                try {
                    blocked.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        var events = new Events(a);
        leads(a.campaign());
        assertThat(events.next()).startsWith("granted");
        a.resign();
        assertThat(events.next()).startsWith("revoked");
        var closed = inBackground(() -> {
            member.close();
            return true;
        });
        assertThat(closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the end does not wait for a listener for ever")
                .isTrue();
        blocked.countDown();
    }

    @Test
    void neverTwoLeadersWhileLeadershipMovesAround() {
        var elections = List.of(
                member("a").election("g").campaign(),
                member("b").election("g").campaign(),
                member("c").election("g").campaign());
        var tokens = Collections.synchronizedList(new ArrayList<Long>());
        for (var i = 0; i < 30; i++) {
            var leader = leaderOf(elections);
            leader.lease().ifPresent(lease -> tokens.add(lease.token()));
            assertThat(elections.stream().filter(Election::isLeader).count()).isLessThanOrEqualTo(1);
            leader.resign();
        }
        assertThat(tokens).isSorted();
    }

    private Election leads(Election election) {
        eventually("it leads", election::isLeader);
        return election;
    }

    /** Stands, and returns once it is in line. */
    private Election waitsBehind(Coordinator member) {
        var election = member.election("g");
        var before = store.line().trips();
        election.campaign();
        untilInLine(before);
        return election;
    }

    private Election leaderOf(List<Election> elections) {
        eventually("one leads", () -> elections.stream().anyMatch(Election::isLeader));
        return elections.stream().filter(Election::isLeader).findFirst().orElseGet(() -> leaderOf(elections));
    }

    private static void heard(BlockingQueue<Optional<String>> changes, Optional<String> expected) throws Exception {
        Optional<String> last;
        do {
            last = changes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(last).as("heard of " + expected).isNotNull();
        } while (!expected.equals(last));
    }

    private static final class Events implements ElectionListener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        Events(Election election) {
            election.listen(this);
        }

        @Override
        public void granted(Lease lease) {
            events.add("granted " + lease.token());
        }

        @Override
        public void revoked(Lease lease) {
            events.add("revoked " + lease.token());
        }

        String next() throws InterruptedException {
            var event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
            return event;
        }
    }
}
