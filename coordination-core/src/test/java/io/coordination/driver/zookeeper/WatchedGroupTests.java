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
import io.coordination.GroupListener;
import io.coordination.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who watches a large group reads only what changed, and misses nothing. */
@Tag("slow")
class WatchedGroupTests {

    private static final int MEMBERS = 20;

    private TestServer server;
    private ZooKeeperBackend backend;
    private final List<Coordinator> members = new ArrayList<>();
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Coordinator watcher;

    @BeforeEach
    void watchMembers() throws Exception {
        server = new TestServer();
        backend = new ZooKeeperBackend(server.port(), new ZooKeeperDriver());
        for (var i = 0; i < MEMBERS; i++) {
            members.add(open(Coordinator.builder().url(backend.directUrl()).memberId("member-" + i)));
            members.get(i).group("g").join(Map.of("version", 1));
        }
        watcher = open(backend.member().memberId("watcher"));
        watcher.group("g").watch(new GroupListener() {
            @Override
            public void joined(Member member) {
                told.add("joined " + member.id());
            }

            @Override
            public void updated(Member before, Member now) {
                told.add("updated " + now.id() + " " + now.capabilities());
            }

            @Override
            public void left(Member member) {
                told.add("left " + member.id());
            }
        });
        // Reads once more, and then knows them all.
        watcher.group("g").members();
    }

    private static Coordinator open(io.coordination.CoordinatorBuilder builder) {
        return builder.sessionTimeout(Duration.ofMinutes(1)).open();
    }

    @AfterEach
    void stop() throws Exception {
        backend.restore();
        watcher.close();
        members.forEach(Coordinator::close);
        backend.close();
        server.close();
    }

    private String next() throws InterruptedException {
        return told.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void changeCostsAListingAndWhatChanged() throws Exception {
        var before = backend.proxy().requests();
        members.get(7).group("g").update(Map.of("version", 2));
        assertThat(next()).isEqualTo("updated member-7 {version=2}");
        members.get(8).group("g").leave();
        assertThat(next()).isEqualTo("left member-8");
        members.get(8).group("g").join();
        assertThat(next()).isEqualTo("joined member-8");
        assertThat(backend.proxy().requests() - before)
                .as("requests for three changes of " + MEMBERS + " members")
                .isLessThan(15);
        assertThat(watcher.group("g").members()).hasSize(MEMBERS);
    }

    @Test
    void whatChangedWhileThereWasNoConnectionIsSeen() throws Exception {
        backend.cut();
        members.get(7).group("g").update(Map.of("version", 2));
        members.get(8).group("g").leave();
        backend.restore();
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("updated member-7 {version=2}", "left member-8");
        assertThat(watcher.group("g").member("member-7").orElseThrow().capabilities())
                .isEqualTo(Map.of("version", 2L));
    }

    @Test
    void whoTakesTheIdOfAnotherIsSeenWithItsOwnCapabilities() throws Exception {
        members.get(9).close();
        assertThat(next()).isEqualTo("left member-9");
        var again = open(Coordinator.builder().url(backend.directUrl()).memberId("member-9"));
        members.add(again);
        again.group("g").join(Map.of("version", 3));
        assertThat(next()).isEqualTo("joined member-9");
        eventually(
                "the new one is listed",
                () -> watcher.group("g")
                        .member("member-9")
                        .orElseThrow()
                        .capabilities()
                        .equals(Map.of("version", 3L)));
    }

    @Test
    void membersAreReadAgainOnceNobodyWatches() throws Exception {
        try (var other = open(backend.member().memberId("other"))) {
            var watch = other.group("g").watch(new GroupListener() {});
            other.group("g").members();
            watch.close();
            members.get(7).group("g").update(Map.of("version", 4));
            assertThat(other.group("g").member("member-7").orElseThrow().capabilities())
                    .isEqualTo(Map.of("version", 4L));
        }
    }
}
