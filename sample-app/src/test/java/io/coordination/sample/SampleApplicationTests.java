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

import io.coordination.Coordinator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.RestClient;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "coordination.url=memory://sample-application-tests",
            "sample.directory=target/sample-application-tests",
            "sample.interval=20ms"
        })
class SampleApplicationTests {

    @LocalServerPort
    private int port;

    @Autowired
    private Coordinator coordinator;

    @Autowired
    private AlarmRules rules;

    @Autowired
    private Inbox inbox;

    @Autowired
    private MeterRegistry metrics;

    private RestClient client;

    @BeforeEach
    void connect() {
        client = RestClient.create("http://localhost:" + port);
        await().until(() -> picture().evaluated().size() == rules.all().size());
    }

    private Picture picture() {
        return client.get().uri("/api/picture").retrieve().body(Picture.class);
    }

    @Test
    void oneInstanceLeadsAndEvaluatesAll() {
        await().untilAsserted(() -> {
            var picture = picture();
            assertThat(picture.members()).singleElement().satisfies(member -> {
                assertThat(member.id()).isEqualTo(picture.self());
                assertThat(member.port()).isEqualTo(port);
                assertThat(member.pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(member.startedAt()).isBefore(Instant.now());
            });
            assertThat(picture.leader()).isNotNull().extracting("member").isEqualTo(picture.self());
            assertThat(picture.owners()).hasSize(rules.all().size()).containsOnly(0);
        });
    }

    @Test
    void theLeaderWritesTheSummaryUnderItsToken() {
        await().untilAsserted(() -> {
            var picture = picture();
            assertThat(picture.summary()).isNotNull();
            assertThat(picture.leader()).isNotNull();
            assertThat(picture.summary().token()).isEqualTo(picture.leader().token());
            assertThat(picture.summary().content().writtenBy()).isEqualTo(picture.self());
            assertThat(picture.summary().content().alarms())
                    .isEqualTo(rules.all().size());
        });
    }

    @Test
    void everyAlarmLooksAtAMetricThatIsThere() {
        client.get().uri("/no/such/page").exchange((request, response) -> response.getStatusCode());
        System.gc();

        var seen = new HashSet<String>();
        metrics.forEachMeter(meter -> seen.add(meter.getId().getName()));
        // Comes with the first concurrent collection.
        seen.add("jvm.gc.concurrent.phase.time");
        await().untilAsserted(() -> {
            metrics.forEachMeter(meter -> seen.add(meter.getId().getName()));
            assertThat(seen).containsAll(rules.metrics());
        });
    }

    @Test
    void aFiringAlarmIsNotifiedOnceUnderTheTokenOfItsLock() {
        var queued = queue();
        queued.set(100_000);
        await().until(() -> picture().firing().contains("scheduler-queue-1000"));
        await().untilAsserted(
                        () -> assertThat(inbox.last("scheduler-queue-1000")).isPresent());
        var first = notification("scheduler-queue-1000");
        assertThat(first.content().open()).isTrue();
        assertThat(first.content().value()).startsWith("10000");
        assertThat(first.content().firedBy()).isEqualTo(coordinator.memberId());

        queued.set(0);
        await().until(() -> !notification("scheduler-queue-1000").content().open());
        var over = notification("scheduler-queue-1000");
        assertThat(over.content().times()).isEqualTo(first.content().times());
        assertThat(over.token()).isGreaterThan(first.token());
        assertThat(picture().firing()).doesNotContain("scheduler-queue-1000");
    }

    private Picture.NotificationView notification(String alarm) {
        return picture().notifications().stream()
                .filter(entry -> entry.content().alarm().equals(alarm))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAlarmThatIsLockedElsewhereIsNotifiedWhenTheLockIsFree() {
        var queued = queue();
        try (var other = Coordinator.open(coordinator.url())) {
            var lease = other.lock("notify-scheduler-queue-100").tryAcquire().orElseThrow();
            var before = inbox.last("scheduler-queue-100");
            queued.set(100_000);
            await().until(() -> picture().firing().contains("scheduler-queue-100"));
            await().during(Duration.ofMillis(200))
                    .until(() -> inbox.last("scheduler-queue-100").equals(before));

            lease.release();
            await().until(() -> inbox.isOpen("scheduler-queue-100"));
        }
    }

    @Test
    void anotherMemberTakesItsShareAndGivesItBack() {
        try (var other =
                Coordinator.builder().url(coordinator.url()).memberId("other").open()) {
            other.group(SampleApplication.GROUP).join(Map.of("port", 9999, "weight", 2));
            await().untilAsserted(() -> {
                var picture = picture();
                assertThat(picture.members()).hasSize(2);
                assertThat(picture.members().get(1)).isEqualTo(new Picture.MemberView("other", 9999, null, 2, null));
                assertThat(picture.evaluated()).isEqualTo(ownedBy(0, picture));
            });
            assertThat(ownedBy(1, picture()).size()).isGreaterThan(rules.all().size() / 3);
        }
        await().until(() -> picture().evaluated().size() == rules.all().size());
    }

    private Set<String> ownedBy(int member, Picture picture) {
        var ids = rules.ids().toArray(String[]::new);
        var owned = new HashSet<String>();
        IntStream.range(0, ids.length)
                .filter(i -> picture.owners()[i] == member)
                .forEach(i -> owned.add(ids[i]));
        return owned;
    }

    @Test
    void theAlarmsHaveTheirPlacesOnTheRing() {
        var alarms = client.get()
                .uri("/api/alarms")
                .retrieve()
                .body(new ParameterizedTypeReference<java.util.List<Picture.AlarmView>>() {});

        assertThat(alarms)
                .hasSize(rules.all().size())
                .allSatisfy(alarm -> assertThat(alarm.angle()).isBetween(0.0, 1.0));
        // The first bits of its MD5 as a fraction.
        assertThat(alarms.stream()
                        .filter(alarm -> alarm.id().equals("load-1"))
                        .findFirst()
                        .orElseThrow()
                        .angle())
                .isEqualTo(0.4146183423887334);
    }

    @Test
    void actuatorTellsOfTheGroup() {
        await().untilAsserted(() -> assertThat(get("/actuator/coordination/evaluators"))
                .contains("\"leading\":true")
                .contains("\"port\":" + port));
        assertThat(get("/actuator/health")).contains("\"coordination\"").contains("\"UP\"");
        assertThat(get("/actuator/metrics/system.cpu.usage")).contains("measurements");
    }

    @Test
    void thePageIsServed() {
        assertThat(get("/")).contains("<title>Alarm evaluators</title>");
        assertThat(get("/page.js")).isNotBlank();
    }

    private String get(String path) {
        return client.get().uri(path).exchange((request, response) -> {
            assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
            return new String(response.getBody().readAllBytes());
        });
    }

    private AtomicLong queue() {
        var queued = new AtomicLong();
        gauge = Gauge.builder("executor.queued", queued::get)
                .tags("name", "taskScheduler", "test", "true")
                .register(metrics);
        return queued;
    }

    private Gauge gauge;

    @AfterEach
    void removeQueue() {
        if (gauge != null) {
            metrics.remove(gauge);
        }
    }
}
