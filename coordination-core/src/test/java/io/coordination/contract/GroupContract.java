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

import io.coordination.BadNameException;
import io.coordination.BadOptionException;
import io.coordination.Coordinator;
import io.coordination.GroupAlreadyExistsException;
import io.coordination.GroupListener;
import io.coordination.GroupNotCreatedException;
import io.coordination.GroupNotEmptyException;
import io.coordination.Member;
import io.coordination.MemberAlreadyExistsException;
import io.coordination.MemberNotJoinedException;
import io.coordination.Partitioner;
import io.coordination.Registration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Groups, their members and capabilities, and the partitioning of work over them. */
public abstract class GroupContract extends Contract {

    @Test
    void groupsAreCreatedListedAndDeleted() {
        var a = member("a");
        var b = member("b");
        assertThat(a.groups()).isEmpty();
        a.group("g").create();
        assertThat(b.groups()).containsExactly("g");
        assertThat(b.group("g").members()).isEmpty();
        assertThatExceptionOfType(GroupAlreadyExistsException.class)
                .isThrownBy(() -> b.group("g").create())
                .withMessageContaining("group 'g'");
        b.group("g").delete();
        assertThat(a.groups()).isEmpty();
        assertThatExceptionOfType(GroupNotCreatedException.class)
                .isThrownBy(() -> a.group("g").delete());
    }

    @Test
    void membersSeeOneAnotherWithTheirCapabilities() {
        var a = member("a");
        var b = member("b");
        a.group("g").join(Map.of("role", "evaluator", "weight", 2));
        b.group("g").join();
        for (var viewer : List.of(a, b, member("outsider"))) {
            assertThat(viewer.group("g").members()).extracting(Member::id).containsExactly("a", "b");
            assertThat(viewer.group("g").member("a")).hasValueSatisfying(member -> {
                assertThat(member.capabilities()).containsEntry("role", "evaluator");
                assertThat(member.weight()).isEqualTo(2);
                assertThat(member.problem()).isNull();
            });
            assertThat(viewer.group("g").member("c")).isEmpty();
        }
        assertThat(a.group("g").isJoined()).isTrue();
        assertThat(a.joinedGroups()).containsExactly("g");
    }

    @Test
    void everyKindOfCapabilityComesBackAsItWasGiven() {
        var capabilities = new LinkedHashMap<String, Object>();
        capabilities.put("text", "gr\u00fc\u00dfe \uD83D\uDE00");
        capabilities.put("number", 42L);
        capabilities.put("negative", -1L);
        capabilities.put("big", Long.MAX_VALUE);
        capabilities.put("fraction", 1.5);
        capabilities.put("flag", true);
        capabilities.put("nothing", null);
        capabilities.put("list", List.of("a", 1L, List.of()));
        capabilities.put("map", Map.of("nested", Map.of("deep", "yes")));
        capabilities.put("", "an empty key");
        var a = member("a");
        a.group("g").join(capabilities);
        assertThat(member("b").group("g").member("a").orElseThrow().capabilities())
                .isEqualTo(capabilities);
        a.group("g").update(Map.of("bytes", new byte[] {0, 1, (byte) 255}));
        assertThat(member("c").group("g").member("a").orElseThrow().capabilities())
                .hasEntrySatisfying("bytes", bytes -> assertThat(bytes).isEqualTo(new byte[] {0, 1, (byte) 255}));
    }

    @Test
    void capabilitiesThatCanNotBeWrittenAreRefused() {
        var group = member("a").group("g");
        for (var bad : List.<Map<String, ?>>of(
                Map.of("x", new Object()),
                Map.of("x", Double.NaN),
                Map.of("x", "y".repeat(65 * 1024)),
                Map.of("x", new byte[70_000]))) {
            assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> group.join(bad));
        }
        assertThat(group.isJoined()).isFalse();
        group.join();
        assertThat(group.members()).hasSize(1);
    }

    @Test
    void joiningOnlyAnExistingGroup() {
        var group = member("a").group("g");
        assertThatExceptionOfType(GroupNotCreatedException.class).isThrownBy(() -> group.joinExisting(Map.of()));
        assertThatExceptionOfType(GroupNotCreatedException.class).isThrownBy(group::members);
        member("b").group("g").create();
        group.joinExisting(Map.of());
        assertThat(group.members()).hasSize(1);
    }

    @Test
    void memberIdIsTakenOnlyOnceAndTheFirstKeepsIt() {
        var first = member("same");
        first.group("g").join(Map.of("number", 1));
        var second = member("same");
        assertThatExceptionOfType(MemberAlreadyExistsException.class)
                .isThrownBy(() -> second.group("g").join(Map.of("number", 2)));
        assertThatExceptionOfType(MemberAlreadyExistsException.class)
                .isThrownBy(() -> first.group("g").join(Map.of("number", 3)));
        assertThatExceptionOfType(MemberNotJoinedException.class)
                .isThrownBy(() -> second.group("g").update(Map.of()));
        assertThatExceptionOfType(MemberNotJoinedException.class)
                .isThrownBy(() -> second.group("g").leave());
        second.close();
        assertThat(first.group("g").members())
                .singleElement()
                .satisfies(member -> assertThat(member.capabilities()).containsEntry("number", 1L));
        first.group("g").leave();
        var third = member("same");
        third.group("g").join();
        assertThat(third.group("g").members()).hasSize(1);
    }

    @Test
    void leavingIsSeenAtOnce() {
        var a = member("a");
        var b = member("b");
        a.group("g").join();
        b.group("g").join();
        a.group("g").leave();
        assertThat(b.group("g").members()).extracting(Member::id).containsExactly("b");
        assertThat(a.group("g").isJoined()).isFalse();
        assertThatExceptionOfType(MemberNotJoinedException.class)
                .isThrownBy(() -> a.group("g").leave());
        assertThatExceptionOfType(MemberNotJoinedException.class)
                .isThrownBy(() -> a.group("g").update(Map.of()));
    }

    @Test
    void closingTheMemberLeavesItsGroups() {
        var a = member("a");
        var b = member("b");
        for (var name : List.of("g", "h", "i")) {
            a.group(name).join();
            b.group(name).join();
        }
        a.close();
        for (var name : List.of("g", "h", "i")) {
            assertThat(b.group(name).members()).extracting(Member::id).containsExactly("b");
        }
    }

    @Test
    void groupWithMembersIsNotDeleted() {
        var a = member("a");
        a.group("g").join();
        assertThatExceptionOfType(GroupNotEmptyException.class)
                .isThrownBy(() -> member("b").group("g").delete());
        a.group("g").leave();
        member("c").group("g").delete();
        assertThat(a.groups()).isEmpty();
    }

    @Test
    void joinsLeavesAndUpdatesAreTold() throws Exception {
        var a = member("a");
        a.group("g").join();
        var events = new Events(a);
        var b = member("b");
        b.group("g").join(Map.of("version", 1));
        assertThat(events.next()).isEqualTo("joined b {version=1}");
        b.group("g").update(Map.of("version", 2));
        assertThat(events.next()).isEqualTo("updated b {version=1} {version=2}");
        b.group("g").leave();
        assertThat(events.next()).isEqualTo("left b {version=2}");
        var c = member("c");
        c.group("g").join();
        assertThat(events.next()).isEqualTo("joined c {}");
        c.close();
        assertThat(events.next()).isEqualTo("left c {}");
        assertThat(events.events).isEmpty();
    }

    @Test
    void groupIsWatchedBeforeItExists() throws Exception {
        var events = new Events(member("a"));
        member("b").group("g").join();
        assertThat(events.next()).isEqualTo("joined b {}");
    }

    @Test
    void endedWatchTellsNoMore() throws Exception {
        var a = member("a");
        var ended = new Events(a);
        var watch = new Events(a);
        ended.registration.close();
        ended.registration.close();
        member("b").group("g").join();
        assertThat(watch.next()).isEqualTo("joined b {}");
        assertThat(ended.events).isEmpty();
    }

    @Test
    void hostileNamesOfGroupsAndMembersStayApart() {
        var viewer = member("viewer");
        var expected = new ArrayList<String>();
        for (var name : Names.GOOD) {
            viewer.group(name).join();
            expected.add(name);
        }
        assertThat(viewer.groups()).containsExactlyInAnyOrderElementsOf(expected);
        for (var id : Names.GOOD.subList(0, 12)) {
            member(id).group("g").join(Map.of("id", id));
        }
        assertThat(viewer.group("g").members())
                .extracting(member -> member.capabilities().get("id"))
                .containsExactlyInAnyOrderElementsOf(Names.GOOD.subList(0, 12));
        for (var name : Names.BAD) {
            assertThatExceptionOfType(BadNameException.class).isThrownBy(() -> viewer.group(name));
            assertThatExceptionOfType(BadNameException.class).isThrownBy(() -> viewer.election(name));
            assertThatExceptionOfType(BadNameException.class)
                    .isThrownBy(() -> store.member().memberId(name).open());
        }
    }

    @Test
    void namespacesDoNotMeet() {
        var a = member("a");
        a.group("g").join();
        a.lock("x").tryAcquire().orElseThrow();
        try (var other = store.member().memberId("b").namespace("other").open()) {
            assertThat(other.groups()).isEmpty();
            assertThat(other.lock("x").tryAcquire()).isPresent();
            assertThat(a.lock("x").holders()).hasSize(1);
        }
    }

    @Test
    void workIsSharedOutOverTheMembersAndFollowsThem() {
        var a = member("a");
        var b = member("b");
        a.group("g").join();
        b.group("g").join();
        var pa = a.partitioner("g");
        var pb = b.partitioner("g");
        sharesOut(pa, pb);
        assertThat(pa.owns("key-1"))
                .isEqualTo(pa.owner("key-1").filter("a"::equals).isPresent());
        b.close();
        eventually("a owns all", () -> keys().allMatch(pa::owns));
        assertThat(keys().anyMatch(pb::owns)).isFalse();
    }

    @Test
    void weightsAreFollowed() {
        var a = member("a");
        var b = member("b");
        a.group("g").join(Map.of("weight", 1));
        b.group("g").join(Map.of("weight", 9));
        var partitioner = a.partitioner("g");
        eventually("both are seen", () -> partitioner.ring().members().size() == 2);
        assertThat(keys().filter(partitioner::owns).count()).isBetween(10L, 250L);
        b.group("g").update(Map.of("weight", 1));
        eventually("the weight is followed", () -> partitioner.ring().weight("b") == 1);
        assertThat(keys().filter(partitioner::owns).count()).isBetween(250L, 750L);
    }

    @Test
    void whoHasNotJoinedOwnsNothing() {
        member("a").group("g").join();
        var outsider = member("b").partitioner("g");
        assertThat(outsider.owner("x")).contains("a");
        assertThat(outsider.owners("x", 3)).containsExactly("a");
        assertThat(keys().noneMatch(outsider::owns)).isTrue();
        var nobody = member("c").partitioner("empty");
        assertThat(nobody.owner("x")).isEmpty();
    }

    private void sharesOut(Partitioner pa, Partitioner pb) {
        eventually(
                "both see both",
                () -> pa.ring().members().size() == 2 && pb.ring().members().size() == 2);
        assertThat(keys().allMatch(key -> pa.owns(key) != pb.owns(key))).isTrue();
        assertThat(keys().filter(pa::owns).count()).isBetween(250L, 750L);
    }

    private static Stream<String> keys() {
        return IntStream.range(0, 1000).mapToObj(i -> "key-" + i);
    }

    private static final class Events implements GroupListener {

        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        final Registration registration;

        Events(Coordinator watcher) {
            registration = watcher.group("g").watch(this);
        }

        @Override
        public void joined(Member member) {
            events.add("joined " + member.id() + " " + member.capabilities());
        }

        @Override
        public void left(Member member) {
            events.add("left " + member.id() + " " + member.capabilities());
        }

        @Override
        public void updated(Member before, Member now) {
            events.add("updated " + now.id() + " " + before.capabilities() + " " + now.capabilities());
        }

        String next() throws InterruptedException {
            var event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
            return event;
        }
    }
}
