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

import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one machine, which nobody tells of each other. */
@Tag("slow")
@Timeout(180)
class ThreeProcessesTests {

    @TempDir
    private Path directory;

    private Fleet fleet;

    @BeforeEach
    void start() {
        fleet = new Fleet(directory, "file://" + directory.resolve("store").toAbsolutePath());
    }

    @AfterEach
    void end() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void theyFindEachOtherElectOneLeaderAndShareTheAlarms() {
        var pictures = fleet.instances().stream().map(Instance::picture).toList();

        assertThat(pictures)
                .extracting(Picture::leader)
                .doesNotContainNull()
                .containsOnly(pictures.get(0).leader());
        assertThat(pictures)
                .extracting(Picture::members)
                .containsOnly(pictures.get(0).members());
        assertThat(pictures)
                .allSatisfy(picture -> assertThat(picture.evaluated()).hasSizeGreaterThan(Fleet.ALARMS.size() / 10));
        assertThat(fleet.instances())
                .allSatisfy(instance -> assertThat(instance.log()).doesNotContain("WARN", "ERROR"));
    }

    @Test
    void aKilledLeaderIsReplacedWithinASecondAndItsAlarmsAreTakenOver() {
        await().atMost(Duration.ofSeconds(10)).until(() -> notified("started-2min") == 1);
        var old = fleet.leader();
        var leader = fleet.leading();
        var others = fleet.others(leader);

        leader.kill();

        withinASecond().until(() -> {
            var now = others.get(0).picture();
            return now.members().size() == 2 && Fleet.isNewer(now.leader(), old) && allOwned(now);
        });
        Fleet.awaitQuiet(others);
        var picture = others.get(0).picture();
        assertThat(picture.summary()).isNotNull();
        assertThat(picture.summary().content().writtenBy())
                .isEqualTo(picture.leader().member());
        assertThat(notified("started-2min")).isEqualTo(1);
    }

    @Test
    void aLeaderThatShutsDownHandsOverWithinASecond() {
        var old = fleet.leader();
        var leader = fleet.leading();
        var others = fleet.others(leader);

        leader.shutDown();

        withinASecond().until(() -> {
            var now = others.get(0).picture();
            return now.members().size() == 2 && Fleet.isNewer(now.leader(), old) && allOwned(now);
        });
        Fleet.awaitQuiet(others);
        await().atMost(Duration.ofSeconds(30)).until(() -> !leader.isAlive());
        assertThat(leader.log()).doesNotContain("WARN", "ERROR");
    }

    private static ConditionFactory withinASecond() {
        return await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(1));
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
        return fleet.instances().stream()
                .filter(Instance::isAlive)
                .findFirst()
                .orElseThrow()
                .picture()
                .notifications()
                .stream()
                .filter(entry -> entry.content().alarm().equals(alarm))
                .mapToInt(entry -> entry.content().times())
                .sum();
    }
}
