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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Shares work out over the members of a group: each key of the work has one owner on a {@link HashRing}, which follows the
 * group as members join, leave and change their {@code weight}.
 *
 * <p>Looking up costs no round trip: the ring is kept up to date by a watch. For the moment it takes a change to reach
 * everybody, two members may both take a key for theirs, or none; what must never be done twice at a time needs a lock of its
 * own, or a resource that checks fencing tokens. A member whose session may no longer be believed owns nothing, so that it
 * stops before the store lets the others take over.
 */
public final class Partitioner implements AutoCloseable {

    private final SessionKeeper keeper;
    private final Group group;
    private final int partitions;
    private final Consumer<Partitioner> closing;
    private final Map<Consumer<? super HashRing>, SerialQueue> listeners = new ConcurrentHashMap<>();
    private final Watch<List<Entry>> watch;
    private volatile HashRing ring;

    Partitioner(SessionKeeper keeper, Group group, int partitions, Consumer<Partitioner> closing) {
        this.keeper = keeper;
        this.group = group;
        this.partitions = partitions;
        this.closing = closing;
        this.ring = HashRing.of(Map.of(), partitions);
        this.watch = group.watch((before, now) -> turn(now)).begin(this::turn);
    }

    /**
     * The group.
     *
     * @return the name of the group the work is shared out over
     */
    public String group() {
        return group.name();
    }

    /**
     * Whether this member is the owner of a key at this moment. No round trip.
     *
     * @param key a part of the work
     * @return false also when this member has not joined the group, or its session may not be believed
     */
    public boolean owns(String key) {
        var tenure = keeper.currentOrNull();
        return tenure != null
                && tenure.isBelieved()
                && ring.owner(key).filter(keeper.memberId()::equals).isPresent();
    }

    /**
     * The owner of a key. No round trip.
     *
     * @param key a part of the work
     * @return the id of the owning member, empty when the group has no members
     */
    public Optional<String> owner(String key) {
        return ring.owner(key);
    }

    /**
     * The owners of a key that several members shall have. No round trip.
     *
     * @param key a part of the work
     * @param replicas how many different owners
     * @return the owners, the first one as {@link #owner}; fewer when the group has fewer members
     */
    public List<String> owners(String key, int replicas) {
        return ring.owners(key, replicas);
    }

    /**
     * As {@link #owners(String, int)}, leaving members out.
     *
     * @param key a part of the work
     * @param replicas how many different owners
     * @param ignored members that are to own nothing
     * @return the owners
     */
    public List<String> owners(String key, int replicas, Set<String> ignored) {
        return ring.owners(key, replicas, ignored);
    }

    /**
     * The ring as it is now.
     *
     * @return an immutable ring
     */
    public HashRing ring() {
        return ring;
    }

    /**
     * Registers a listener for new rings, called on a thread of the coordinator with no lock held.
     *
     * @param listener is given each new ring
     * @return ends the registration
     */
    public Registration onChange(Consumer<? super HashRing> listener) {
        listeners.put(listener, new SerialQueue(keeper.workers().listeners()));
        return () -> listeners.remove(listener);
    }

    /** Ends the watch; the ring stays as it is. Does not leave the group. Harmless when repeated. */
    @Override
    public void close() {
        closing.accept(this);
        watch.close();
    }

    int partitions() {
        return partitions;
    }

    private void turn(List<Entry> members) {
        var weights = new HashMap<String, Integer>();
        Group.members(members).forEach(member -> weights.put(member.id(), member.weight()));
        var turned = ring;
        for (var member : turned.members()) {
            if (!weights.containsKey(member)) {
                turned = turned.without(member);
            }
        }
        for (var member : weights.entrySet()) {
            if (turned.weight(member.getKey()) != member.getValue()) {
                turned = turned.with(member.getKey(), member.getValue());
            }
        }
        if (turned == ring) {
            return;
        }
        var now = turned;
        ring = now;
        listeners.forEach((listener, events) -> events.execute(() -> listener.accept(now)));
    }

    /** {@return the group and the number of its members} */
    @Override
    public String toString() {
        return "Partitioner[" + group.name() + ", " + ring.members().size() + " members]";
    }
}
