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
package io.coordination.spring.event;

import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.Member;
import io.coordination.spi.Holder;
import io.coordination.spi.SessionState;
import java.util.Optional;

/**
 * Something that happened to this member or its groups, published as an application event on a thread of the coordinator,
 * for each group one at a time and in order. Listen to one kind, or to all by this type:
 *
 * <pre>{@code
 * @EventListener
 * void on(CoordinationEvent.LeadershipGranted granted) { ... }
 * }</pre>
 *
 * <p>Events tell of the groups that the application joins or stands in by its properties and annotations. They follow the
 * facts: whether this member leads or holds a lock at a moment says only its {@link Lease}.
 */
public sealed interface CoordinationEvent {

    /**
     * This member leads a group.
     *
     * @param group the group
     * @param lease the leadership, with its fencing token
     */
    record LeadershipGranted(String group, Lease lease) implements CoordinationEvent {}

    /**
     * This member no longer leads a group.
     *
     * @param group the group
     * @param lease the leadership that ended
     */
    record LeadershipRevoked(String group, Lease lease) implements CoordinationEvent {}

    /**
     * Another member leads a group, or nobody.
     *
     * @param group the group
     * @param leader the leader, this member too, or empty
     */
    record LeaderChanged(String group, Optional<Holder> leader) implements CoordinationEvent {}

    /**
     * A member joined a group, this one too.
     *
     * @param group the group
     * @param member the member
     */
    record MemberJoined(String group, Member member) implements CoordinationEvent {}

    /**
     * A member left a group, or ended without leaving.
     *
     * @param group the group
     * @param member the member as it was last seen
     */
    record MemberLeft(String group, Member member) implements CoordinationEvent {}

    /**
     * A member's capabilities changed.
     *
     * @param group the group
     * @param before the member as it was seen before
     * @param member the member as it is
     */
    record MemberUpdated(String group, Member before, Member member) implements CoordinationEvent {}

    /**
     * How many members a group has: published when the application begins to watch it, and after each change.
     *
     * @param group the group
     * @param members their number
     */
    record MembersCounted(String group, int members) implements CoordinationEvent {}

    /**
     * The session with the store stands differently.
     *
     * @param state how it stands now
     */
    record SessionStateChanged(SessionState state) implements CoordinationEvent {}

    /**
     * The lease of a lock was lost, however it was taken.
     *
     * @param loss which lock, and why
     */
    record LeaseLost(LeaseLoss loss) implements CoordinationEvent {}
}
