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
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.coordination.ConnectionFailedException;
import io.coordination.Coordinator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.json.JsonMapper;

class AlarmEvaluatorTests {

    private static final AlarmRules RULES =
            AlarmRules.load(new ByteArrayResource(("id,severity,reading,is,threshold,for,message\n"
                            + IntStream.range(0, 100)
                                    .mapToObj(i -> "alarm-" + i + ", notice, heat, >, 10, 2, It is hot\n")
                                    .collect(Collectors.joining()))
                    .getBytes(StandardCharsets.UTF_8)));

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicReference<Double> heat = new AtomicReference<>(5.0);
    private final Notifier notifier = mock(Notifier.class);
    private Coordinator a;
    private Coordinator b;
    private Inbox inbox;

    @BeforeEach
    void open(TestInfo test) {
        Gauge.builder("heat", heat::get).register(metrics);
        var url = "memory://" + test.getTestMethod().orElseThrow().getName().toLowerCase();
        a = Coordinator.builder().url(url).memberId("a").open();
        b = Coordinator.builder().url(url).memberId("b").open();
        inbox = new Inbox(
                new FencedFiles(directory, "store", JsonMapper.builder().build()));
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void everyAlarmIsEvaluatedByOneOfTheMembers() {
        join(a, b);
        var ofA = evaluator(a);
        var ofB = evaluator(b);
        Awaitility.await().until(() -> sees(a, 2) && sees(b, 2));

        ofA.evaluate();
        ofB.evaluate();

        assertThat(ofA.evaluated()).isNotEmpty().doesNotContainAnyElementsOf(ofB.evaluated());
        assertThat(ofA.evaluated().size() + ofB.evaluated().size()).isEqualTo(100);
    }

    @Test
    void whoIsNotAMemberEvaluatesNothing() {
        join(b);
        var ofA = evaluator(a);

        ofA.evaluate();

        assertThat(ofA.evaluated()).isEmpty();
    }

    @Test
    void theAlarmsOfAMemberThatEndedAreTakenOver() {
        join(a, b);
        var ofA = evaluator(a);
        Awaitility.await().until(() -> sees(a, 2));

        b.close();
        Awaitility.await().until(() -> sees(a, 1));
        ofA.evaluate();

        assertThat(ofA.evaluated()).hasSize(100);
    }

    @Test
    void aFiringAlarmIsToldUntilItIsHeard() {
        join(a);
        var ofA = evaluator(a);
        heat.set(11.0);
        doThrow(new ConnectionFailedException("no store", null)).when(notifier).fires(any(), any());

        ofA.evaluate();
        verify(notifier, never()).fires(any(), any());
        ofA.evaluate();
        ofA.evaluate();

        verify(notifier, times(2)).fires(rule("alarm-7"), "11");
    }

    @Test
    void whatWasHeardIsNotToldAgain() {
        join(a);
        var ofA = evaluator(a);
        heat.set(11.0);
        inbox.put(told("alarm-7", true), 1);

        ofA.evaluate();
        ofA.evaluate();

        verify(notifier, never()).fires(eq(rule("alarm-7")), any());
        verify(notifier).fires(eq(rule("alarm-8")), any());
    }

    @Test
    void whatFiredWithAnotherMemberIsToldToBeOver() {
        join(a);
        var ofA = evaluator(a);
        inbox.put(told("alarm-7", true), 1);

        ofA.evaluate();
        verify(notifier, never()).isOver(any());
        ofA.evaluate();

        verify(notifier).isOver(rule("alarm-7"));
    }

    @Test
    void theOthersAreToldWhatFires() {
        join(a);
        var ofA = evaluator(a);
        heat.set(11.0);

        ofA.evaluate();
        ofA.evaluate();

        assertThat(b.group(SampleApplication.GROUP).members())
                .singleElement()
                .extracting(member -> Evaluator.of(member, RULES.ids()).firing())
                .isEqualTo(RULES.ids());
    }

    @Test
    void theOthersAreToldForWhatThereIsNothingToRead() {
        join(a);
        var ofA = evaluator(a);
        heat.set(Reading.UNKNOWN);

        ofA.evaluate();

        assertThat(b.group(SampleApplication.GROUP).members())
                .singleElement()
                .extracting(member -> Evaluator.of(member, RULES.ids()).unknown())
                .isEqualTo(RULES.ids());
    }

    private AlarmEvaluator evaluator(Coordinator coordinator) {
        return new AlarmEvaluator(RULES, metrics, coordinator, inbox, notifier, new Announcer(coordinator, 1));
    }

    private static void join(Coordinator... members) {
        for (var member : members) {
            member.group(SampleApplication.GROUP).join(Map.of("weight", 1));
        }
    }

    private static boolean sees(Coordinator coordinator, int members) {
        return coordinator.partitioner(SampleApplication.GROUP).ring().members().size() == members;
    }

    private static AlarmRule rule(String id) {
        return RULES.all().stream()
                .filter(rule -> rule.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Notification told(String alarm, boolean open) {
        return new Notification(alarm, open, "11", Instant.EPOCH, "b", null, null, 1);
    }
}
