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
package io.coordination.spring.boot.actuate;

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.coordination.Coordinator;
import io.coordination.spi.SessionState;
import io.coordination.spring.TestStore;
import io.coordination.spring.boot.actuate.CoordinationEndpoint.GroupDescriptor;
import io.coordination.spring.boot.actuate.CoordinationEndpoint.LockDescriptor;
import io.coordination.spring.boot.actuate.CoordinationEndpoint.MemberDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the endpoint says. */
class CoordinationEndpointTests {

    private final TestStore store = new TestStore();
    private final Coordinator mine = store.member("mine");
    private final Coordinator other = store.member("other");
    private final CoordinationEndpoint endpoint = new CoordinationEndpoint(mine);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void instanceIsDescribed() {
        var all = endpoint.coordination();
        assertThat(all.member()).isEqualTo("mine");
        assertThat(all.url()).isEqualTo(store.url());
        assertThat(all.driver()).isEqualTo("memory");
        assertThat(all.state()).isEqualTo(SessionState.LIVE);
        assertThat(all.characteristics()).contains("FENCING", "FAIR").isSorted();
        assertThat(all.problem()).isNull();
    }

    @Test
    void everyInstanceGivesTheSamePictureOfAGroup() {
        mine.group("g").join(Map.of("weight", 2));
        other.group("g").join(Map.of("zone", "eu"));
        var election = mine.election("g").campaign();
        eventually("it leads", election::isLeader);
        var token = election.lease().orElseThrow().token();
        assertThat(endpoint.group("g"))
                .isEqualTo(new GroupDescriptor(
                        "g",
                        true,
                        "mine",
                        true,
                        token,
                        List.of(
                                new MemberDescriptor("mine", true, Map.of("weight", 2L), null),
                                new MemberDescriptor("other", false, Map.of("zone", "eu"), null))));
        assertThat(new CoordinationEndpoint(other).group("g"))
                .isEqualTo(new GroupDescriptor(
                        "g",
                        true,
                        "mine",
                        false,
                        token,
                        List.of(
                                new MemberDescriptor("mine", false, Map.of("weight", 2L), null),
                                new MemberDescriptor("other", true, Map.of("zone", "eu"), null))));
    }

    @Test
    void groupsOfOthersAreListedToo() {
        other.group("theirs").join();
        mine.group("mine").create();
        assertThat(endpoint.coordination().groups())
                .extracting(GroupDescriptor::name, GroupDescriptor::joined, GroupDescriptor::leader)
                .containsExactly(tuple("mine", false, null), tuple("theirs", false, null));
    }

    @Test
    void electionWithoutAGroupIsListed() {
        var election = mine.election("reports").campaign();
        eventually("it leads", election::isLeader);
        assertThat(endpoint.coordination().groups()).singleElement().satisfies(group -> {
            assertThat(group.name()).isEqualTo("reports");
            assertThat(group.leading()).isTrue();
            assertThat(group.members()).isEmpty();
        });
    }

    @Test
    void lookingLeavesNothingBehind() {
        other.group("theirs").join();
        endpoint.coordination();
        endpoint.group("theirs");
        assertThat(mine.elections()).isEmpty();
    }

    @Test
    void groupThatDoesNotExistIsUnknown() {
        assertThat(endpoint.group("missing")).isNull();
        assertThat(endpoint.group("x".repeat(10_000))).isNull();
        assertThat(endpoint.group("a\u0000b")).isNull();
    }

    @Test
    void locksOfThisInstanceAreListed() throws InterruptedException {
        mine.lock("a").acquire();
        var capped = mine.lock("b").shared().atMost(Duration.ofHours(1)).acquire();
        mine.lock("c").permits(3).acquire();
        other.lock("d").acquire();
        assertThat(endpoint.coordination().locks())
                .extracting(LockDescriptor::name, LockDescriptor::mode)
                .containsExactly(tuple("a", "EXCLUSIVE"), tuple("b", "SHARED"), tuple("c", "PERMIT(3)"));
        var locks = endpoint.coordination().locks();
        assertThat(locks.get(0).remaining()).isNull();
        assertThat(Duration.parse(locks.get(0).heldFor())).isLessThan(Duration.ofMinutes(1));
        assertThat(locks.get(1).token()).isEqualTo(capped.token());
        assertThat(Duration.parse(locks.get(1).remaining())).isBetween(Duration.ofMinutes(58), Duration.ofHours(1));
    }

    @Test
    void namesThatDeceiveTheEyeAreEscaped() throws InterruptedException {
        mine.group("a\u202Eb").join();
        mine.lock("c\u200Bd").acquire();
        var all = endpoint.coordination();
        assertThat(all.groups()).extracting(GroupDescriptor::name).containsExactly("a\\u202eb");
        assertThat(all.locks()).extracting(LockDescriptor::name).containsExactly("c\\u200bd");
    }

    @Test
    void storeThatDoesNotAnswerIsAProblemAndNoEmptyPicture() throws InterruptedException {
        mine.group("g").join();
        mine.lock("a").acquire();
        store.line().cut();
        var all = endpoint.coordination();
        assertThat(all.groups()).isNull();
        assertThat(all.problem()).contains("the line is cut");
        assertThat(all.locks()).hasSize(1);
    }
}
