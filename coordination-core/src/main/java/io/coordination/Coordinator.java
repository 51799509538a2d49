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

import io.coordination.spi.Characteristic;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.SessionState;
import io.coordination.spi.StoreException;
import io.coordination.spi.TokenDurability;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One member's access to the coordination of all members: {@link #lock locks}, {@link #election elections}, {@link #group
 * groups} and {@link #partitioner partitioned work}, on the store that a URL names. Open one per process and share it.
 *
 * <p>It keeps a session with the store. When the session is lost, every lease says so with its reason, another session is
 * opened for as long as it takes, groups are joined and elections entered again. Thread-safe. {@link #close} gives all back,
 * so that the others need not wait for a lease to run out.
 */
public final class Coordinator implements AutoCloseable {

    private static final int PARTITIONS = 32;
    private static final int MOST_PARTITIONS = 1000;

    private final SessionKeeper keeper;
    private final LockRecipe locks;
    private final Memberships memberships;
    private final String url;
    private final Map<String, Election> elections = new ConcurrentHashMap<>();
    private final Map<String, Partitioner> partitioners = new ConcurrentHashMap<>();
    private final Map<Consumer<? super SessionState>, SerialQueue> stateListeners;

    Coordinator(SessionKeeper keeper, String url, Map<Consumer<? super SessionState>, SerialQueue> stateListeners) {
        this.keeper = keeper;
        this.url = url;
        this.stateListeners = stateListeners;
        this.locks = new LockRecipe(keeper);
        this.memberships = new Memberships(keeper);
    }

    /**
     * Opens a coordinator with defaults.
     *
     * @param url the store, such as {@code zookeeper://host:2181} or {@code file:///var/lib/app}; {@code ipc://} for the
     *     processes of this machine with nothing installed
     * @return an open coordinator
     * @throws CoordinationException when the URL makes no sense, no driver answers to its scheme, or the store can not be
     *     reached
     */
    public static Coordinator open(String url) {
        return builder().url(url).open();
    }

    /**
     * Begins to describe a coordinator.
     *
     * @return a builder with defaults
     */
    public static CoordinatorBuilder builder() {
        return new CoordinatorBuilder();
    }

    /**
     * A lock.
     *
     * @param name its name: 1 to 255 characters, no control characters
     * @return the lock; costs nothing until it is used
     * @throws BadNameException when the name breaks the rules
     */
    public CoordinationLock lock(String name) {
        return new CoordinationLock(locks, Failures.checked(() -> Key.lock(name)), Mode.EXCLUSIVE, Lease.Terms.NONE);
    }

    /**
     * The election of a group's leader. One object for each group, until it is closed.
     *
     * @param group the group's name; the group need not exist
     * @return the election, in which this member stands once {@link Election#campaign} was called
     * @throws BadNameException when the name breaks the rules
     */
    public Election election(String group) {
        keeper.requireOpen();
        var key = Failures.checked(() -> Key.leader(group));
        return elections.computeIfAbsent(
                group, absent -> new Election(keeper, key, closed -> elections.remove(group, closed)));
    }

    /**
     * Who leads a group, asked of the store in one round trip, two on ZooKeeper; for those who only want to know.
     *
     * @param group the group's name; the group need not exist
     * @return the leader with the token of its leadership, empty when nobody leads
     * @throws CoordinationException when the name breaks the rules, or the store failed
     */
    public Optional<Holder> leader(String group) {
        var key = Failures.checked(() -> Key.leader(group));
        return keeper.call(
                "find the leader of",
                key,
                session -> session.holders(key).stream().findFirst());
    }

    /**
     * A group of members.
     *
     * @param name its name: 1 to 255 characters, no control characters
     * @return the group; costs nothing until it is used
     * @throws BadNameException when the name breaks the rules
     */
    public Group group(String name) {
        return new Group(keeper, memberships, Failures.checked(() -> Key.group(name)));
    }

    /**
     * The names of all groups, asked of the store in one round trip.
     *
     * @return the names, in no particular order
     * @throws CoordinationException when the store failed
     */
    public Set<String> groups() {
        try {
            return keeper.tenure().session().groups();
        } catch (StoreException failure) {
            throw Failures.of(failure, "list the groups");
        }
    }

    /**
     * The names of the groups that this member joined. No round trip.
     *
     * @return the names, in no particular order
     */
    public Set<String> joinedGroups() {
        return memberships.joined().stream().map(Key::name).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The partitioner of a group, with 32 partitions a member. One object for each group, until it is closed. The first call
     * costs one or two round trips.
     *
     * @param group the group's name; the group need not exist yet
     * @return the partitioner, which follows the group
     * @throws CoordinationException when the name breaks the rules, or the store failed
     */
    public Partitioner partitioner(String group) {
        return partitioner(group, PARTITIONS);
    }

    /**
     * As {@link #partitioner(String)}. All members have to use the same number, else they disagree about owners.
     *
     * @param group the group's name
     * @param partitions how many points on the ring a member of weight 1 has, 1 to 1000; more share out more evenly
     * @return the partitioner, which follows the group
     * @throws BadOptionException when the group's partitioner was made with another number, or the number is out of range
     * @throws CoordinationException when the name breaks the rules, or the store failed
     */
    public Partitioner partitioner(String group, int partitions) {
        keeper.requireOpen();
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw new BadOptionException(
                    "partitions must be between 1 and " + MOST_PARTITIONS + ", but is " + partitions, null);
        }
        var known = partitioners.get(group);
        if (known == null) {
            var made = new Partitioner(keeper, group(group), partitions, closed -> partitioners.remove(group, closed));
            known = partitioners.putIfAbsent(group, made);
            if (known == null) {
                return made;
            }
            made.close();
        }
        if (known.partitions() != partitions) {
            throw new BadOptionException(
                    "The partitioner of group '" + group + "' has " + known.partitions() + " partitions a member, not "
                            + partitions + "; use one number everywhere",
                    null);
        }
        return known;
    }

    /**
     * How the session stands with the store. No round trip.
     *
     * @return {@code LOST} also while another session is being opened, and after {@link #close}
     */
    public SessionState state() {
        return keeper.state();
    }

    /**
     * Registers a listener for the state of the session, called on a thread of the coordinator with no lock held.
     *
     * @param listener is given each new state, in order
     * @return ends the registration
     */
    public Registration onStateChange(Consumer<? super SessionState> listener) {
        stateListeners.put(listener, new SerialQueue(keeper.workers().listeners()));
        return () -> stateListeners.remove(listener);
    }

    /**
     * Registers a listener for the loss of any lock's lease, called on a thread of the coordinator with no lock held. What
     * the holder of a lease itself has to hear goes to {@link Lease#onLost}, whose listeners the store waits for.
     *
     * @param listener is told which lock was lost, and why
     * @return ends the registration
     */
    public Registration onLeaseLost(Consumer<? super LeaseLoss> listener) {
        return keeper.onLeaseLost(listener);
    }

    /**
     * How long the store was asked to keep what this member holds when it falls silent. No round trip.
     *
     * @return the time given when the coordinator was opened
     */
    public Duration sessionTimeout() {
        return keeper.sessionTimeout();
    }

    /**
     * What the store promises. No round trip.
     *
     * @return the promises, as found when the session was opened
     */
    public Set<Characteristic> characteristics() {
        return keeper.traits().characteristics();
    }

    /**
     * What the rising order of fencing tokens survives. No round trip.
     *
     * @return the durability, as found when the session was opened
     */
    public TokenDurability tokenDurability() {
        return keeper.traits().tokens();
    }

    /**
     * The leases of locks that this member holds now. No round trip.
     *
     * @return the leases by name
     */
    public List<Lease> leases() {
        var tenure = keeper.currentOrNull();
        return tenure == null
                ? List.of()
                : tenure.leases().stream()
                        .filter(lease -> lease.key().kind() == Key.Kind.LOCK && lease.isValid())
                        .sorted(Comparator.comparing(Lease::name).thenComparing(Lease::token))
                        .toList();
    }

    /**
     * The elections in which this member stands. No round trip.
     *
     * @return the elections by group
     */
    public List<Election> elections() {
        return elections.values().stream()
                .filter(Election::isCampaigning)
                .sorted(Comparator.comparing(Election::group))
                .toList();
    }

    /**
     * This member's id, the same in all groups, locks and elections.
     *
     * @return the id
     */
    public String memberId() {
        return keeper.memberId();
    }

    /**
     * The store's URL without its secrets.
     *
     * @return a text to show to people
     */
    public String url() {
        return url;
    }

    /**
     * Gives back all that is held: resigns, leaves, releases, and ends the session, so that others can go on when this
     * returns. Leases that are still held are lost with the reason {@code CLOSED}. Waits up to five seconds for running
     * listeners, unless one of them called. Harmless when repeated.
     */
    @Override
    public void close() {
        if (keeper.isClosed()) {
            return;
        }
        List.copyOf(elections.values()).forEach(Election::close);
        List.copyOf(partitioners.values()).forEach(Partitioner::close);
        keeper.close();
    }

    /** {@return the member and the URL without its secrets} */
    @Override
    public String toString() {
        return "Coordinator[" + memberId() + " on " + url + ", " + state() + "]";
    }
}
