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

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows. But for {@code self}, {@code at} and {@code evaluated}, every instance gives the same.
 *
 * @param self the id of the instance that was asked
 * @param at when it answered
 * @param store the URL of the store
 * @param members the evaluators in the order in which they joined
 * @param leader who leads, null when nobody does
 * @param owners for each alarm in the order of {@code /api/alarms} the index of its owner in {@code members}, -1 for none
 * @param firing the alarms that fire
 * @param unknown the alarms for which there is nothing to read
 * @param evaluated the alarms that this instance looked after in its last round
 * @param summary the leader's summary, null before the first
 * @param notifications the last of each alarm, the newest first
 */
record Picture(
        String self,
        Instant at,
        String store,
        List<MemberView> members,
        @Nullable LeaderView leader,
        int[] owners,
        Set<String> firing,
        Set<String> unknown,
        Set<String> evaluated,
        @Nullable SummaryView summary,
        List<NotificationView> notifications) {

    record MemberView(
            String id,
            @Nullable Integer port,
            @Nullable Long pid,
            int weight,
            @Nullable Instant startedAt) {}

    record LeaderView(String member, long token) {}

    record SummaryView(long token, Summary content) {}

    record NotificationView(long token, Notification content) {}

    /**
     * An alarm and its place.
     *
     * @param angle where its key is on the hash ring, from 0 to 1
     */
    record AlarmView(String id, Severity severity, String condition, int rounds, String message, double angle) {}
}
