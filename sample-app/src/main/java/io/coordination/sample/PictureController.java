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

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.sample.Picture.AlarmView;
import io.coordination.sample.Picture.LeaderView;
import io.coordination.sample.Picture.MemberView;
import io.coordination.sample.Picture.NotificationView;
import io.coordination.sample.Picture.SummaryView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the page asks for. */
@RestController
@RequestMapping("/api")
final class PictureController {

    private static final int RECENT = 40;

    private final Coordinator coordinator;
    private final AlarmRules rules;
    private final Evaluators evaluators;
    private final AlarmEvaluator evaluator;
    private final SummaryWriter summaries;
    private final Inbox inbox;
    private final Clock clock;
    private final List<AlarmView> alarms;

    PictureController(
            Coordinator coordinator,
            AlarmRules rules,
            Evaluators evaluators,
            AlarmEvaluator evaluator,
            SummaryWriter summaries,
            Inbox inbox,
            Clock clock) {
        this.coordinator = coordinator;
        this.rules = rules;
        this.evaluators = evaluators;
        this.evaluator = evaluator;
        this.summaries = summaries;
        this.inbox = inbox;
        this.clock = clock;
        this.alarms = rules.all().stream().map(PictureController::view).toList();
    }

    @GetMapping("/alarms")
    List<AlarmView> alarms() {
        return alarms;
    }

    @GetMapping("/picture")
    Picture picture() {
        var members = evaluators.all();
        return new Picture(
                coordinator.memberId(),
                clock.instant(),
                coordinator.url(),
                members.stream().map(PictureController::view).toList(),
                coordinator
                        .leader(SampleApplication.GROUP)
                        .map(leader -> new LeaderView(leader.member(), leader.token()))
                        .orElse(null),
                owners(members.stream().map(Evaluator::id).toList()),
                Evaluators.said(members, Evaluator::firing),
                Evaluators.said(members, Evaluator::unknown),
                evaluator.evaluated(),
                summaries
                        .last()
                        .map(summary -> new SummaryView(summary.token(), summary.content()))
                        .orElse(null),
                inbox.recent(RECENT).stream()
                        .map(entry -> new NotificationView(entry.token(), entry.content()))
                        .toList());
    }

    @ExceptionHandler
    ProblemDetail storeFailed(CoordinationException failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, failure.getMessage());
    }

    private int[] owners(List<String> members) {
        var ring = coordinator.partitioner(SampleApplication.GROUP).ring();
        return rules.ids().stream()
                .mapToInt(alarm -> ring.owner(alarm).map(members::indexOf).orElse(-1))
                .toArray();
    }

    private static MemberView view(Evaluator evaluator) {
        return new MemberView(
                evaluator.id(), evaluator.port(), evaluator.pid(), evaluator.weight(), evaluator.startedAt());
    }

    private static AlarmView view(AlarmRule rule) {
        return new AlarmView(
                rule.id(), rule.severity(), rule.condition(), rule.rounds(), rule.message(), angle(rule.id()));
    }

    /** The ring is the numbers of 128 bits; a key's place is its MD5. */
    private static double angle(String key) {
        try {
            var hash = MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
            return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1p-53;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
