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
package io.coordination.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coordination.sample.Picture.LeaderView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ClassPathResource;

/** Real processes on one machine, which nobody tells of each other. */
@Tag("slow")
@Timeout(180)
class ThreeProcessesTests {

    private static final Set<String> ALARMS =
            AlarmRules.load(new ClassPathResource("alarms.csv")).ids();

    @TempDir
    private Path directory;

    private List<Instance> instances = List.of();

    @BeforeEach
    void start() {
        instances = Stream.of("a", "b", "c")
                .map(name -> new Instance(directory, name))
                .toList();
        instances.forEach(Instance::awaitReady);
        awaitQuiet(instances);
    }

    @AfterEach
    void end() {
        instances.forEach(Instance::close);
    }

    @Test
    void theyFindEachOtherElectOneLeaderAndShareTheAlarms() {
        var pictures = instances.stream().map(Instance::picture).toList();

        assertThat(pictures)
                .extracting(Picture::leader)
                .doesNotContainNull()
                .containsOnly(pictures.get(0).leader());
        assertThat(pictures)
                .extracting(Picture::members)
                .containsOnly(pictures.get(0).members());
        assertThat(pictures)
                .allSatisfy(picture -> assertThat(picture.evaluated()).hasSizeGreaterThan(ALARMS.size() / 10));
        assertThat(instances).allSatisfy(instance -> assertThat(instance.log()).doesNotContain("WARN", "ERROR"));
    }

    @Test
    void aKilledLeaderIsReplacedWithinASecondAndItsAlarmsAreTakenOver() {
        await().atMost(Duration.ofSeconds(10)).until(() -> notified("started-2min") == 1);
        var old = leader();
        var leader = leading();
        var others = others(leader);

        leader.kill();

        withinASecond().until(() -> {
            var now = others.get(0).picture();
            return now.members().size() == 2 && isNewer(now.leader(), old) && allOwned(now);
        });
        awaitQuiet(others);
        var picture = others.get(0).picture();
        assertThat(picture.summary()).isNotNull();
        assertThat(picture.summary().content().writtenBy())
                .isEqualTo(picture.leader().member());
        assertThat(notified("started-2min")).isEqualTo(1);
    }

    @Test
    void aLeaderThatShutsDownHandsOverWithinASecond() {
        var old = leader();
        var leader = leading();
        var others = others(leader);

        leader.shutDown();

        withinASecond().until(() -> {
            var now = others.get(0).picture();
            return now.members().size() == 2 && isNewer(now.leader(), old) && allOwned(now);
        });
        awaitQuiet(others);
        await().atMost(Duration.ofSeconds(30)).until(() -> !leader.isAlive());
        assertThat(leader.log()).doesNotContain("WARN", "ERROR");
    }

    private static ConditionFactory withinASecond() {
        return await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(1));
    }

    private LeaderView leader() {
        var leader = instances.get(0).picture().leader();
        assertThat(leader).isNotNull();
        return leader;
    }

    private Instance leading() {
        return instances.stream()
                .filter(instance -> instance.picture().self().equals(leader().member()))
                .findFirst()
                .orElseThrow();
    }

    private List<Instance> others(Instance one) {
        return instances.stream().filter(instance -> instance != one).toList();
    }

    private static boolean isNewer(LeaderView leader, LeaderView old) {
        return leader != null && !leader.member().equals(old.member()) && leader.token() > old.token();
    }

    private static boolean allOwned(Picture picture) {
        for (var owner : picture.owners()) {
            if (owner < 0) {
                return false;
            }
        }
        return true;
    }

    private int notified(String alarm) {
        return instances.stream().filter(Instance::isAlive).findFirst().orElseThrow().picture().notifications().stream()
                .filter(entry -> entry.content().alarm().equals(alarm))
                .mapToInt(entry -> entry.content().times())
                .sum();
    }

    /** Until every alarm is evaluated by exactly one of them, and they agree about who is there and who leads. */
    private static void awaitQuiet(List<Instance> instances) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var pictures = instances.stream().map(Instance::picture).toList();
            var evaluated = new ArrayList<String>();
            pictures.forEach(picture -> evaluated.addAll(picture.evaluated()));
            assertThat(evaluated).doesNotHaveDuplicates().hasSameElementsAs(ALARMS);
            assertThat(pictures.stream()
                            .map(picture -> picture.members().stream()
                                    .map(Picture.MemberView::port)
                                    .collect(Collectors.toCollection(HashSet::new)))
                            .distinct())
                    .singleElement()
                    .satisfies(
                            ports -> assertThat(ports).hasSize(instances.size()).doesNotContainNull());
            assertThat(pictures.stream().map(Picture::leader).distinct())
                    .singleElement()
                    .isNotNull();
        });
    }
}
