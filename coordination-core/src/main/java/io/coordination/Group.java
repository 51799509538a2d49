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

import io.coordination.spi.Entry;
import io.coordination.spi.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of members. A member is in it from joining until it leaves or its session ends; when a session is lost and another
 * one opened, the coordinator joins again by itself, with the latest capabilities.
 *
 * <p>A handle without state of its own: costs nothing until it is used. Each method is one round trip.
 */
public final class Group {

    private static final Logger LOG = LoggerFactory.getLogger(Group.class);

    private final SessionKeeper keeper;
    private final Memberships memberships;
    private final Key key;

    Group(SessionKeeper keeper, Memberships memberships, Key key) {
        this.keeper = keeper;
        this.memberships = memberships;
        this.key = key;
    }

    /**
     * The name.
     *
     * @return the group's name
     */
    public String name() {
        return key.name();
    }

    /**
     * Creates the group without joining it.
     *
     * @throws GroupAlreadyExistsException when it exists
     * @throws CoordinationException when the store failed
     */
    public void create() {
        if (!keeper.call("create", key, session -> session.create(key))) {
            throw new GroupAlreadyExistsException("Could not create " + key + ": it exists already", null);
        }
    }

    /**
     * Deletes the group.
     *
     * @throws GroupNotEmptyException when it has members
     * @throws GroupNotCreatedException when it does not exist
     * @throws CoordinationException when the store failed
     */
    public void delete() {
        if (!keeper.call("delete", key, session -> session.delete(key))) {
            throw new GroupNotCreatedException("Could not delete " + key + ": it does not exist", null);
        }
    }

    /**
     * Joins the group, creating it when it does not exist.
     *
     * @param capabilities what the others shall know of this member: strings, numbers, booleans, byte arrays, lists and maps
     *     with string keys, at most 64 KiB. The whole number {@code weight} is its share of partitioned work
     * @throws MemberAlreadyExistsException when a member of this id is in the group already
     * @throws BadOptionException when the capabilities can not be written
     * @throws CoordinationException when the store failed
     */
    public void join(Map<String, ?> capabilities) {
        memberships.join(key, encoded(capabilities), true);
    }

    /** Joins the group without capabilities, creating it when it does not exist; as {@link #join(Map)}. */
    public void join() {
        join(Map.of());
    }

    /**
     * Joins the group only if it exists.
     *
     * @param capabilities as for {@link #join(Map)}
     * @throws GroupNotCreatedException when the group does not exist
     * @throws MemberAlreadyExistsException when a member of this id is in the group already
     * @throws CoordinationException when the store failed
     */
    public void joinExisting(Map<String, ?> capabilities) {
        memberships.join(key, encoded(capabilities), false);
    }

    /**
     * Replaces this member's capabilities.
     *
     * @param capabilities as for {@link #join(Map)}
     * @throws MemberNotJoinedException when this member is not in the group
     * @throws CoordinationException when the store failed
     */
    public void update(Map<String, ?> capabilities) {
        memberships.update(key, encoded(capabilities));
    }

    /**
     * Leaves the group; the others see it when this returns.
     *
     * @throws MemberNotJoinedException when this member is not in the group
     * @throws CoordinationException when the store failed
     */
    public void leave() {
        memberships.leave(key);
    }

    /**
     * Whether this member joined and did not leave. No round trip; while the session is being replaced, it is a member to
     * be.
     *
     * @return whether this coordinator keeps itself in the group
     */
    public boolean isJoined() {
        return memberships.isJoined(key);
    }

    /**
     * The live members, asked of the store.
     *
     * @return the members in the order in which they joined, where the store knows it
     * @throws GroupNotCreatedException when the group does not exist
     * @throws CoordinationException when the store failed
     */
    public List<Member> members() {
        return members(keeper.call("list the members of", key, session -> session.members(key)));
    }

    /**
     * One live member, asked of the store.
     *
     * @param id its id
     * @return the member, empty when it is not in the group
     * @throws GroupNotCreatedException when the group does not exist
     * @throws CoordinationException when the store failed
     */
    public Optional<Member> member(String id) {
        return members().stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /**
     * Watches who joins, leaves and changes. Members that are there already are not told; ask {@link #members} after
     * registering. The group need not exist yet.
     *
     * @param listener the listener
     * @return ends the watch
     * @throws CoordinationException when the store failed
     */
    public Registration watch(GroupListener listener) {
        var events = new SerialQueue(keeper.workers().listeners());
        return watch((before, now) -> events.execute(() -> diff(before, now, listener)))
                .begin(there -> events.execute(() -> listener.counted(there.size())));
    }

    /** Follows the members: what is told has what was seen before and what is seen now. */
    Watch<List<Entry>> watch(BiConsumer<List<Entry>, List<Entry>> changed) {
        return new Watch<>(keeper, key, session -> session.members(key), List.of(), changed, seen -> false);
    }

    static List<Member> members(List<Entry> entries) {
        return entries.stream().map(Group::member).toList();
    }

    private static byte[] encoded(Map<String, ?> capabilities) {
        try {
            return CapabilitiesCodec.encode(capabilities);
        } catch (IllegalArgumentException bad) {
            throw new BadOptionException(String.valueOf(bad.getMessage()), bad);
        }
    }

    private static Member member(Entry entry) {
        var decoded = CapabilitiesCodec.decode(entry.data());
        return new Member(entry.member(), decoded.values(), entry.joinedAt(), entry.updatedAt(), decoded.problem());
    }

    private static void diff(List<Entry> before, List<Entry> now, GroupListener listener) {
        var known = new LinkedHashMap<String, Entry>();
        before.forEach(entry -> known.put(entry.member(), entry));
        for (var entry : now) {
            var old = known.remove(entry.member());
            if (old == null) {
                quietly(listener, heard -> heard.joined(member(entry)));
            } else if (!old.equals(entry)) {
                quietly(listener, heard -> heard.updated(member(old), member(entry)));
            }
        }
        known.values().forEach(gone -> quietly(listener, heard -> heard.left(member(gone))));
        quietly(listener, heard -> heard.counted(now.size()));
    }

    /** One failing event does not keep the others from the listener. */
    private static void quietly(GroupListener listener, Consumer<GroupListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException failure) {
            LOG.warn("A group listener failed", failure);
        }
    }

    /** {@return the group's name} */
    @Override
    public String toString() {
        return "Group[" + key + "]";
    }
}
