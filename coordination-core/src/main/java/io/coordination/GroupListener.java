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
package io.coordination;

/**
 * Hears of the members of a group. Called on threads of the coordinator, with no lock held, one event at a time and in order.
 * A change that did not last until the group was read again may be left out; what lasts is always told.
 */
public interface GroupListener {

    /**
     * A member joined.
     *
     * @param member the member
     */
    default void joined(Member member) {}

    /**
     * A member left, or ended without leaving.
     *
     * @param member the member as it was last seen
     */
    default void left(Member member) {}

    /**
     * A member's capabilities changed.
     *
     * @param before the member as it was seen before
     * @param now the member as it is
     */
    default void updated(Member before, Member now) {}

    /**
     * How many members there are: told when the watch begins, and after each change.
     *
     * @param members their number
     */
    default void counted(int members) {}
}
