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

import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.Mode;
import io.coordination.spi.Scheduler;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A session's places in the lines for locks and leaderships. */
final class Lines implements LockCalls {

    private final Store store;
    private final Keyspace keys;
    private final Standing standing;
    private final Scheduler scheduler;
    private final SessionEvents events;
    private final Watches watches;
    private final byte[] session;
    private final byte[] member;
    private final Map<Long, RedisClaim> claims = new ConcurrentHashMap<>();

    Lines(Store store, Keyspace keys, Standing standing, Scheduler scheduler, SessionEvents events, Watches watches) {
        this.store = store;
        this.keys = keys;
        this.standing = standing;
        this.scheduler = scheduler;
        this.events = events;
        this.watches = watches;
        this.session = keys.session(standing.id());
        this.member = bytes(standing.member());
    }

    Collection<RedisClaim> claims() {
        return claims.values();
    }

    @Override
    public RedisClaim claim(Key key, Mode mode, long id) {
        standing.require();
        var claim = begin(key, id);
        try {
            claim.answered(store.answer(
                    Script.CLAIM,
                    new byte[][] {claim.lock(), claim.line(), session, keys.token()},
                    keys.prefix(),
                    claim.name(),
                    bytes(Row.text(mode)),
                    standing.lease(),
                    member));
        } catch (StoreException notClaimed) {
            forget(claim);
            throw notClaimed;
        }
        standing.require();
        return claim;
    }

    void look(RedisClaim claim) {
        standing.require();
        var line = new byte[][] {claim.lock(), claim.line(), session};
        claim.answered(store.answer(Script.LOOK, line, keys.prefix(), claim.name()));
    }

    boolean release(RedisClaim claim) {
        var line = new byte[][] {claim.lock(), claim.line()};
        return store.number(Script.RELEASE, line, keys.prefix(), claim.name()) == 1;
    }

    /** Gives a place back and takes another one in the same step, null when the first was no longer there. */
    @Nullable
    RedisClaim pass(RedisClaim from, long next) {
        var claim = begin(from.key(), next);
        try {
            var answer = store.answer(
                    Script.PASS,
                    new byte[][] {claim.lock(), claim.line(), session, keys.token()},
                    keys.prefix(),
                    from.name(),
                    claim.name(),
                    standing.lease(),
                    member);
            if (answer == null) {
                forget(claim);
                return null;
            }
            claim.answered(answer);
        } catch (StoreException notPassed) {
            forget(claim);
            throw notPassed;
        }
        standing.require();
        return claim;
    }

    private RedisClaim begin(Key key, long id) {
        var claim = new RedisClaim(this, keys, key, id, standing.claim(id));
        claims.put(id, claim);
        return claim;
    }

    @Override
    public void withdraw(Key key, long id) {
        standing.require();
        var claim = claims.get(id);
        if (claim != null) {
            claim.forget();
        }
        var line = new byte[][] {keys.lock(key), keys.lineKey(key), session};
        store.number(Script.RELEASE, line, keys.prefix(), standing.claim(id));
    }

    @Override
    public List<Holder> holders(Key key) {
        standing.require();
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
        standing.require();
        return store.number(Script.EVICT, line(key), keys.prefix()) == 1;
    }

    @Override
    public long exchange(Key lock, long expected, long mark) {
        standing.require();
        var found = store.bytes(
                Script.EXCHANGE,
                new byte[][] {keys.mark(lock)},
                Keyspace.bytes(Long.toString(expected)),
                Keyspace.bytes(Long.toString(mark)));
        return Long.parseLong(Keyspace.text(found));
    }

    private byte[][] line(Key key) {
        return new byte[][] {keys.lock(key), keys.lineKey(key)};
    }

    /** What a renewal found of a claim: its token, 0 while it waits, below zero when it is gone. */
    void renewed(RedisClaim claim, boolean wasHeld, long token) {
        if (token < 0 && wasHeld) {
            lost(claim);
        } else if (!wasHeld && token != 0) {
            // A message did not come.
            claim.wake();
        }
    }

    /** Takes a message that is about a claim; false when it is not. */
    boolean message(String text) {
        var parts = text.split(" ");
        var claim = parts.length < 2 ? null : claims.get(Standing.claim(parts[1]));
        if (claim == null) {
            return false;
        }
        if (parts[0].equals("held") && parts.length == 3) {
            claim.granted(Long.parseLong(parts[2]));
            claim.wake();
        } else if (parts[0].equals("lost") && claim.held()) {
            lost(claim);
        } else {
            claim.wake();
        }
        return true;
    }

    private void lost(RedisClaim claim) {
        if (!claim.isOver()) {
            claim.forget();
            events.lost(claim.key(), claim.id(), "it was taken away, or its key was removed from the store");
        }
    }

    Scheduler.Cancellable later(long millis, Runnable task) {
        // The server removes a key only after its last millisecond.
        return scheduler.after(Duration.ofMillis(millis + 1), task);
    }

    void requireStanding() {
        standing.require();
    }

    void forget(RedisClaim claim) {
        claims.remove(claim.id(), claim);
    }
}
