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

import io.coordination.Coordinator;
import io.coordination.sample.FencedFiles.Fenced;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.aop.CurrentLease;
import io.coordination.spring.event.CoordinationEvent.LeadershipGranted;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Writes the summary, on the leader alone. */
@Component
class SummaryWriter {

    private static final Logger LOG = LoggerFactory.getLogger(SummaryWriter.class);
    private static final String FILE = "summary";

    private final Coordinator coordinator;
    private final Evaluators evaluators;
    private final AlarmRules rules;
    private final FencedFiles files;
    private final Clock clock;

    SummaryWriter(Coordinator coordinator, Evaluators evaluators, AlarmRules rules, FencedFiles files, Clock clock) {
        this.coordinator = coordinator;
        this.evaluators = evaluators;
        this.rules = rules;
        this.files = files;
        this.clock = clock;
    }

    /** At once when this instance begins to lead, and from then on in every round. */
    @EventListener(LeadershipGranted.class)
    @Scheduled(fixedRateString = "${sample.interval:1s}")
    @LeaderOnly(group = SampleApplication.GROUP)
    public void write() {
        var token = CurrentLease.get().orElseThrow().token();
        if (!files.write(FILE, token, summary())) {
            LOG.warn("Did not write the summary with token {}: somebody led since", token);
        }
    }

    Optional<Fenced<Summary>> last() {
        return files.read(FILE, Summary.class);
    }

    private Summary summary() {
        var all = evaluators.all();
        var firing = Evaluators.said(all, Evaluator::firing);
        var counts = new int[Severity.values().length];
        rules.all().stream()
                .filter(rule -> firing.contains(rule.id()))
                .forEach(rule -> counts[rule.severity().ordinal()]++);
        return new Summary(
                all.size(),
                rules.all().size(),
                counts[Severity.CRITICAL.ordinal()],
                counts[Severity.WARNING.ordinal()],
                counts[Severity.NOTICE.ordinal()],
                Evaluators.said(all, Evaluator::unknown).size(),
                clock.instant(),
                coordinator.memberId());
    }
}
