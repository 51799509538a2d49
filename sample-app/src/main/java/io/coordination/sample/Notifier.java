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
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.aop.CurrentLease;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells that an alarm fires or is over. When an alarm changes hands two evaluators may want to tell the same: the lock lets
 * one in at a time, and whoever comes second finds it told. An evaluator that was frozen with the lock in its hand comes back
 * with a token that the inbox refuses.
 */
@Component
class Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private final Coordinator coordinator;
    private final Inbox inbox;
    private final Clock clock;

    Notifier(Coordinator coordinator, Inbox inbox, Clock clock) {
        this.coordinator = coordinator;
        this.inbox = inbox;
        this.clock = clock;
    }

    /** Does nothing when it was told already, or when somebody else is telling it now. */
    @DistributedLock(name = "notify-#{#alarm.id}")
    public void fires(AlarmRule alarm, String value) {
        var last = inbox.last(alarm.id());
        if (last.filter(Notification::open).isPresent()) {
            return;
        }
        var times = last.map(Notification::times).orElse(0) + 1;
        put(new Notification(alarm.id(), true, value, clock.instant(), coordinator.memberId(), null, null, times));
    }

    /** Does nothing when it was told already, or when somebody else is telling it now. */
    @DistributedLock(name = "notify-#{#alarm.id}")
    public void isOver(AlarmRule alarm) {
        inbox.last(alarm.id())
                .filter(Notification::open)
                .ifPresent(fired -> put(new Notification(
                        fired.alarm(),
                        false,
                        fired.value(),
                        fired.firedAt(),
                        fired.firedBy(),
                        clock.instant(),
                        coordinator.memberId(),
                        fired.times())));
    }

    private void put(Notification notification) {
        var token = CurrentLease.get().orElseThrow().token();
        if (!inbox.put(notification, token)) {
            LOG.warn("Did not tell of {} with token {}: somebody had the lock since", notification.alarm(), token);
        } else if (notification.open()) {
            LOG.info("{} fires at {} (token {})", notification.alarm(), notification.value(), token);
        } else {
            LOG.info("{} is over (token {})", notification.alarm(), token);
        }
    }
}
