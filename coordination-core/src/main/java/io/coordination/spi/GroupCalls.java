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
package io.coordination.spi;

import java.util.List;
import java.util.Set;

/** What a {@link Session} does about groups. */
public interface GroupCalls {

    /**
     * Creates a group.
     *
     * @param group the group
     * @return false when it existed
     */
    boolean create(Key group);

    /**
     * Deletes a group that has no members.
     *
     * @param group the group
     * @return false when there was none
     * @throws StoreException {@code GROUP_NOT_EMPTY} when it still has members
     */
    boolean delete(Key group);

    /**
     * The names of all groups of the namespace.
     *
     * @return the names, in no particular order
     */
    Set<String> groups();

    /**
     * Makes this session's member a member of a group until it leaves or the session ends.
     *
     * @param group the group
     * @param data its capabilities, opaque to the store
     * @param create whether a missing group is created in the same step
     * @throws StoreException {@code GROUP_MISSING}, or {@code MEMBER_EXISTS} when a member of the same id is there already
     */
    void join(Key group, byte[] data, boolean create);

    /**
     * Replaces the member's capabilities.
     *
     * @param group the group
     * @param data its new capabilities
     * @throws StoreException {@code MEMBER_MISSING} when this session has not joined the group
     */
    void update(Key group, byte[] data);

    /**
     * Ends this session's membership.
     *
     * @param group the group
     * @return false when it was no member
     */
    boolean leave(Key group);

    /**
     * The live members of a group.
     *
     * @param group the group
     * @return the members in the order in which they joined, where the store knows it
     * @throws StoreException {@code GROUP_MISSING} when there is no such group
     */
    List<Entry> members(Key group);
}
