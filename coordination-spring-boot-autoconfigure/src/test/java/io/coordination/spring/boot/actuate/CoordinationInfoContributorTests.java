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

import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;

class CoordinationInfoContributorTests {

    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    private Object info(CoordinationInfoContributor contributor) {
        var builder = new Info.Builder();
        contributor.contribute(builder);
        return builder.build().get("coordination");
    }

    @Test
    void saysWhoItIsAndHowItStandsWithoutAskingTheStore() {
        try (var member = Coordinator.builder()
                .url(store.url())
                .driver(store.line())
                .memberId("mine")
                .sessionTimeout(Duration.ofMinutes(1))
                .open()) {
            member.group("g").join(Map.of());
            var election = member.election("g").campaign();
            eventually("it leads", election::isLeader);
            store.line().cut();
            assertThat(info(new CoordinationInfoContributor(member)))
                    .hasToString("{member=mine, store=memory, scope=PROCESS, state=LIVE, groups=[g], leads=[g]}");
            store.line().restore();
        }
    }
}
