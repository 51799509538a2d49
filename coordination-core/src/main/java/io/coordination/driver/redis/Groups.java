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
package io.coordination.driver.redis;

import static io.coordination.driver.redis.Keyspace.bytes;
import static io.coordination.driver.redis.Keyspace.text;

import io.coordination.spi.Entry;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The groups, and a session's membership in them. */
final class Groups implements GroupCalls {

    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    private final Store store;
    private final Keyspace keys;
    private final Standing standing;
    private final Watches watches;
    private final Map<Key, byte[]> joined = new ConcurrentHashMap<>();
    private final Set<Key> unsure = ConcurrentHashMap.newKeySet();

    Groups(Store store, Keyspace keys, Standing standing, Watches watches) {
        this.store = store;
        this.keys = keys;
        this.standing = standing;
        this.watches = watches;
    }

    @Override
    public boolean create(Key group) {
        standing.require();
        return store.number(Script.CREATE, group(group), keys.prefix(), bytes(group.name())) == 1;
    }

    @Override
    public boolean delete(Key group) {
        standing.require();
        var deleted = store.number(Script.DELETE, group(group), keys.prefix(), bytes(group.name()));
        if (deleted < 0) {
            throw new StoreException(Reason.GROUP_NOT_EMPTY, "it has members");
        }
        return deleted == 1;
    }

    private byte[][] group(Key group) {
        return new byte[][] {keys.group(group), keys.seats(group), keys.groups()};
    }

    @Override
    public Set<String> groups() {
        standing.require();
        var names = new HashSet<String>();
        store.ask(connection -> connection.async().smembers(keys.groups())).forEach(name -> names.add(text(name)));
        return names;
    }

    @Override
    public void join(Key group, byte[] data, boolean create) {
        standing.require();
        if (joined.containsKey(group)) {
            throw memberExists();
        }
        try {
            if (!enter(group, data, create, unsure.contains(group))) {
                throw memberExists();
            }
        } catch (StoreException failure) {
            if (failure.reason().passing()) {
                unsure.add(group);
            }
            throw failure;
        }
        unsure.remove(group);
        joined.put(group, data);
        standing.require();
    }

    private boolean enter(Key group, byte[] data, boolean create, boolean again) {
        var member = standing.member();
        var entered = store.number(
                Script.JOIN,
                new byte[][] {
                    keys.group(group),
                    keys.seats(group),
                    keys.groups(),
                    keys.session(standing.id()),
                    keys.beats(member),
                    keys.beatsOwner(member)
                },
                keys.prefix(),
                bytes(group.name()),
                bytes(standing.id()),
                standing.lease(),
                Keyspace.field(member),
                data,
                create ? YES : NO,
                again ? YES : NO);
        return entered == 1;
    }

    private static StoreException memberExists() {
        return new StoreException(Reason.MEMBER_EXISTS, "a member of this id is there already");
    }

    @Override
    public void update(Key group, byte[] data) {
        standing.require();
        var updated = joined.containsKey(group)
                && store.number(
                                Script.UPDATE,
                                new byte[][] {keys.group(group), keys.seats(group)},
                                keys.prefix(),
                                bytes(standing.id()),
                                Keyspace.field(standing.member()),
                                data)
                        == 1;
        if (!updated) {
            throw new StoreException(Reason.MEMBER_MISSING, "this member is not in the group");
        }
        joined.put(group, data);
    }

    @Override
    public boolean leave(Key group) {
        standing.require();
        if (!joined.containsKey(group) && !unsure.contains(group)) {
            return false;
        }
        var last = joined.size() + unsure.size() == 1;
        // Before the store knows, as a renewal that finds the member gone else takes it back.
        var data = joined.remove(group);
        try {
            var left = exit(group, last);
            unsure.remove(group);
            return left;
        } catch (StoreException failure) {
            if (data != null) {
                joined.putIfAbsent(group, data);
            }
            throw failure;
        }
    }

    private boolean exit(Key group, boolean last) {
        var member = standing.member();
        var left = store.number(
                Script.LEAVE,
                new byte[][] {keys.group(group), keys.seats(group), keys.beats(member), keys.beatsOwner(member)},
                keys.prefix(),
                bytes(standing.id()),
                Keyspace.field(member),
                last ? YES : NO);
        return left == 1;
    }

    @Override
    public List<Entry> members(Key group) {
        standing.require();
        var answer = store.list(Script.MEMBERS, new byte[][] {keys.group(group), keys.seats(group)}, keys.prefix());
        var seats = new ArrayList<Seat>(answer.size());
        var left = Long.MAX_VALUE;
        for (var row : answer) {
            var seat = Seat.of((List<?>) row);
            seats.add(seat);
            left = Math.min(left, seat.left());
        }
        watches.lookAfter(keys.changed(group), left == Long.MAX_VALUE ? -1 : left);
        seats.sort((a, b) -> Long.compare(a.joined(), b.joined()));
        return seats.stream().map(Seat::entry).toList();
    }

    Collection<Key> joined() {
        return joined.keySet();
    }

    /** The groups that it is in, and those of which nobody knows. */
    Collection<Key> all() {
        var all = new HashSet<>(joined.keySet());
        all.addAll(unsure);
        return all;
    }

    /** Somebody took the member out of the group, which only it may do while its session lives. */
    void rejoin(Key group) {
        var data = joined.get(group);
        if (data != null) {
            enter(group, data, true, true);
            if (!joined.containsKey(group)) {
                exit(group, false);
            }
        }
    }
}
