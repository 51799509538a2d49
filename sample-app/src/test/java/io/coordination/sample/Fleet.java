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
import org.springframework.core.io.ClassPathResource;

/** Three instances on one store, which have found each other. */
final class Fleet implements AutoCloseable {

    static final Set<String> ALARMS =
            AlarmRules.load(new ClassPathResource("alarms.csv")).ids();

    private final List<Instance> instances;

    /** Starts it and waits until it is quiet. */
    Fleet(Path directory, String url) {
        instances = Stream.of("a", "b", "c")
                .map(name -> new Instance(directory, name, url))
                .toList();
        try {
            instances.forEach(Instance::awaitReady);
            awaitQuiet(instances);
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    List<Instance> instances() {
        return instances;
    }

    LeaderView leader() {
        var leader = instances.get(0).picture().leader();
        assertThat(leader).isNotNull();
        return leader;
    }

    Instance leading() {
        return instances.stream()
                .filter(instance -> instance.picture().self().equals(leader().member()))
                .findFirst()
                .orElseThrow();
    }

    List<Instance> others(Instance one) {
        return instances.stream().filter(instance -> instance != one).toList();
    }

    static boolean isNewer(LeaderView leader, LeaderView old) {
        return leader != null && !leader.member().equals(old.member()) && leader.token() > old.token();
    }

    /** Until every alarm is evaluated by exactly one of them, and they agree about who is there and who leads. */
    static void awaitQuiet(List<Instance> instances) {
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

    @Override
    public void close() {
        instances.forEach(Instance::close);
    }
}
