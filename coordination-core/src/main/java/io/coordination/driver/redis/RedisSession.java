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

import io.coordination.spi.Claim;
import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.Traits;
import io.lettuce.core.SetArgs;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One member's standing with a Redis server: a key that expires unless it is renewed, and a channel of the same name on which
 * it is told of its claims.
 */
final class RedisSession implements Session, Store.Listener {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    private final String id;
    private final Store store;
    private final Keyspace keys;
    private final String member;
    private final Traits traits;
    private final byte[] lease;
    private final Scheduler scheduler;
    private final SessionEvents events;
    private final Watches watches;

    private final Map<Long, RedisClaim> claims = new ConcurrentHashMap<>();
    private final Map<Key, byte[]> joined = new ConcurrentHashMap<>();
    private final Set<Key> unsureJoined = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ended = new AtomicBoolean();

    RedisSession(
            String id,
            Store store,
            Keyspace keys,
            String member,
            Traits traits,
            Scheduler scheduler,
            SessionEvents events) {
        this.id = id;
        this.store = store;
        this.keys = keys;
        this.member = member;
        this.traits = traits;
        this.lease = bytes(String.valueOf(traits.lease().toMillis()));
        this.scheduler = scheduler;
        this.events = events;
        this.watches = new Watches(store, scheduler);
    }

    /** Makes the session's key, from when on it stands. */
    void begin() {
        var args = SetArgs.Builder.px(traits.lease().toMillis());
        store.ask(connection -> connection.async().set(keys.session(id), bytes(member), args));
    }

    static String newId() {
        var random = new byte[8];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Claim claim(Key key, Mode mode, long id) {
        requireStanding();
        var claim = new RedisClaim(this, key, id);
        claims.put(id, claim);
        try {
            claim.answered(store.list(
                    Script.CLAIM,
                    new byte[][] {keys.lock(key), keys.lineKey(key), keys.session(this.id), keys.token()},
                    keys.prefix(),
                    idOf(claim),
                    bytes(Row.text(mode)),
                    lease,
                    bytes(member),
                    keys.changed(key)));
        } catch (StoreException notClaimed) {
            claims.remove(id, claim);
            throw notClaimed;
        }
        if (ended.get()) {
            throw over();
        }
        return claim;
    }

    List<Object> look(RedisClaim claim) {
        requireStanding();
        return store.list(Script.LOOK, line(claim.key()), keys.prefix(), idOf(claim));
    }

    boolean release(RedisClaim claim) {
        return store.number(
                        Script.RELEASE, line(claim.key()), keys.prefix(), idOf(claim), NO, keys.changed(claim.key()))
                == 1;
    }

    /** Gives a place back and takes another one in the same step, null when the first was no longer there. */
    @Nullable
    Claim pass(RedisClaim from, long next) {
        var key = from.key();
        var claim = new RedisClaim(this, key, next);
        claims.put(next, claim);
        try {
            var answer = store.list(
                    Script.PASS,
                    new byte[][] {keys.lock(key), keys.lineKey(key), keys.session(id), keys.token()},
                    keys.prefix(),
                    idOf(from),
                    idOf(claim),
                    lease,
                    bytes(member),
                    keys.changed(key));
            if ((Long) answer.get(0) == 0) {
                claims.remove(next, claim);
                return null;
            }
            claim.answered(answer.subList(1, 3));
        } catch (StoreException notPassed) {
            claims.remove(next, claim);
            throw notPassed;
        }
        if (ended.get()) {
            throw over();
        }
        return claim;
    }

    @Override
    public void withdraw(Key key, long id) {
        requireStanding();
        var claim = claims.get(id);
        if (claim != null) {
            claim.forget();
        }
        store.number(Script.RELEASE, line(key), keys.prefix(), idOf(this.id, id), YES, keys.changed(key));
    }

    @Override
    public List<Holder> holders(Key key) {
        requireStanding();
        var answer = store.list(Script.HOLDERS, line(key), keys.prefix());
        watches.lookAfter(keys.changed(key), (Long) answer.get(0));
        var holders = new ArrayList<Holder>(1);
        var stranger = text((byte[]) answer.get(1));
        if (!stranger.isEmpty()) {
            holders.add(new Holder(stranger, Mode.EXCLUSIVE, 0, null));
        }
        for (var row : (List<?>) answer.get(2)) {
            holders.add(Row.parse(text((byte[]) row)));
        }
        holders.sort((a, b) -> Long.compare(a.token(), b.token()));
        return holders;
    }

    @Override
    public boolean evict(Key key) {
        requireStanding();
        return store.number(Script.EVICT, line(key), keys.prefix()) == 1;
    }

    @Override
    public boolean create(Key group) {
        requireStanding();
        return store.number(Script.CREATE, group(group), keys.prefix(), bytes(group.name())) == 1;
    }

    @Override
    public boolean delete(Key group) {
        requireStanding();
        var deleted = store.number(Script.DELETE, group(group), keys.prefix(), bytes(group.name()));
        if (deleted < 0) {
            throw new StoreException(Reason.GROUP_NOT_EMPTY, "it has members");
        }
        return deleted == 1;
    }

    @Override
    public Set<String> groups() {
        requireStanding();
        var names = new HashSet<String>();
        store.ask(connection -> connection.async().smembers(keys.groups())).forEach(name -> names.add(text(name)));
        return names;
    }

    @Override
    public void join(Key group, byte[] data, boolean create) {
        requireStanding();
        if (joined.containsKey(group)) {
            throw memberExists();
        }
        try {
            if (!enter(group, data, create, unsureJoined.contains(group))) {
                throw memberExists();
            }
        } catch (StoreException failure) {
            if (failure.reason().passing()) {
                unsureJoined.add(group);
            }
            throw failure;
        }
        unsureJoined.remove(group);
        joined.put(group, data);
        if (ended.get()) {
            throw over();
        }
    }

    private boolean enter(Key group, byte[] data, boolean create, boolean again) {
        var entered = store.number(
                Script.JOIN,
                new byte[][] {
                    keys.group(group),
                    keys.seats(group),
                    keys.groups(),
                    keys.session(id),
                    keys.beats(member),
                    keys.beatsOwner(member)
                },
                keys.prefix(),
                bytes(group.name()),
                bytes(id),
                lease,
                Keyspace.field(member),
                data,
                create ? YES : NO,
                again ? YES : NO);
        return entered == 1;
    }

    @Override
    public void update(Key group, byte[] data) {
        requireStanding();
        var updated = joined.containsKey(group)
                && store.number(
                                Script.UPDATE,
                                new byte[][] {keys.group(group), keys.seats(group)},
                                keys.prefix(),
                                bytes(id),
                                Keyspace.field(member),
                                data)
                        == 1;
        if (!updated) {
            throw new StoreException(Reason.MEMBER_MISSING, "this member is not in the group");
        }
        joined.put(group, data);
    }

    @Override
    public boolean leave(Key group) {
        requireStanding();
        if (!joined.containsKey(group) && !unsureJoined.contains(group)) {
            return false;
        }
        var last = joined.size() + unsureJoined.size() == 1;
        var left = store.number(
                Script.LEAVE,
                new byte[][] {keys.group(group), keys.seats(group), keys.beats(member), keys.beatsOwner(member)},
                keys.prefix(),
                bytes(id),
                Keyspace.field(member),
                last ? YES : NO);
        joined.remove(group);
        unsureJoined.remove(group);
        return left == 1;
    }

    @Override
    public List<Entry> members(Key group) {
        requireStanding();
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

    @Override
    public Watch watch(Key key, Runnable changed) {
        requireStanding();
        return watches.begin(keys.changed(key), changed);
    }

    @Override
    public Duration renew() {
        requireStanding();
        var renewal = new Renewal(claims.values(), joined.keySet());
        var answer = store.list(
                Script.RENEW,
                renewal.keys(keys, id, member),
                renewal.args(id, keys.prefix(), bytes(id), lease, Keyspace.field(member)));
        renewal.forEachClaim(answer, this::renewed);
        renewal.forEachMissing(answer, this::rejoin);
        store.checkMessages(keys.session(id));
        return traits.lease();
    }

    private void renewed(RedisClaim claim, boolean wasHeld, long token) {
        if (token < 0 && wasHeld) {
            lost(claim);
        } else if (!wasHeld && token != 0) {
            // A message did not come.
            claim.wake();
        }
    }

    /** Somebody took the member out of the group, which only it may do while its session lives. */
    private void rejoin(Key group) {
        var data = joined.get(group);
        if (data != null) {
            enter(group, data, true, true);
        }
    }

    @Override
    public void close() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            endInStore(store);
        } catch (StoreException unreachable) {
            // The server ends it when its key expires.
        } finally {
            watches.close();
            claims.values().forEach(RedisClaim::forget);
            store.close();
        }
    }

    /** Frees whatever it has on the server, through any connection. */
    void endInStore(Store through) {
        var everything = new HashSet<>(joined.keySet());
        everything.addAll(unsureJoined);
        var end = new Renewal(claims.values(), everything);
        through.number(
                Script.CLOSE,
                end.keys(keys, id, member),
                end.closingArgs(keys, id, keys.prefix(), bytes(id), Keyspace.field(member)));
    }

    /** The server, or somebody there, ended the session. */
    void lost(String reason) {
        if (ended.compareAndSet(false, true)) {
            watches.close();
            store.close();
            events.lost(reason);
        }
    }

    private void lost(RedisClaim claim) {
        if (!claim.isOver()) {
            claim.forget();
            events.lost(claim.key(), claim.id(), "it was taken away, or its key was removed from the store");
        }
    }

    @Override
    public void message(String channel, String text) {
        if (ended.get()) {
            return;
        }
        var parts = text.split(" ");
        var claim = parts.length < 2 || parts[1].length() != 32 ? null : claims.get(claimId(parts[1]));
        if (claim == null) {
            watches.changed(channel);
        } else if (parts[0].equals("held") && parts.length == 3) {
            claim.granted(Long.parseLong(parts[2]));
            claim.wake();
        } else if (parts[0].equals("lost") && claim.held()) {
            lost(claim);
        } else {
            claim.wake();
        }
    }

    @Override
    public void listening() {
        if (!ended.get()) {
            claims.values().forEach(RedisClaim::wake);
            watches.changed();
        }
    }

    Scheduler.Cancellable later(long millis, Runnable task) {
        // The server removes a key only after its last millisecond.
        return scheduler.after(Duration.ofMillis(Math.max(0, millis) + 1), task);
    }

    void forget(RedisClaim claim) {
        claims.remove(claim.id(), claim);
    }

    void requireStanding() {
        if (ended.get()) {
            throw over();
        }
    }

    String id() {
        return id;
    }

    private byte[][] line(Key key) {
        return new byte[][] {keys.lock(key), keys.lineKey(key), keys.session(id)};
    }

    private byte[][] group(Key group) {
        return new byte[][] {keys.group(group), keys.seats(group), keys.groups()};
    }

    private byte[] idOf(RedisClaim claim) {
        return idOf(id, claim.id());
    }

    /** What a claim is called on the server. */
    static byte[] idOf(String session, long claim) {
        return bytes(session + HexFormat.of().toHexDigits(claim));
    }

    private static long claimId(String id) {
        try {
            return HexFormat.fromHexDigitsToLong(id, 16, 32);
        } catch (IllegalArgumentException foreign) {
            return 0;
        }
    }

    private static StoreException over() {
        return new StoreException(Reason.SESSION_LOST, "the session is over");
    }

    private static StoreException memberExists() {
        return new StoreException(Reason.MEMBER_EXISTS, "a member of this id is there already");
    }
}
