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
package io.coordination.sim;

import io.coordination.spi.Characteristic;
import io.coordination.spi.Claim;
import io.coordination.spi.Entry;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The driver's side of a session, as a careful driver of a store with leases would be written. */
final class SimSession implements Session {

    private final SimLine line;
    private final SessionEvents events;
    private final Traits traits;
    private final Map<Long, SimClaim> claims = new TreeMap<>();
    private final Map<Key, List<Runnable>> watches = new LinkedHashMap<>();
    private long stream;
    private long subscriptions;
    private boolean over;

    private SimSession(SimLine line, SessionEvents events, Traits traits) {
        this.line = line;
        this.events = events;
        this.traits = traits;
    }

    static SimSession open(SimLine line, Target target, SessionEvents events, Laws laws) {
        var promises = EnumSet.of(Characteristic.FENCING, Characteristic.LINEARIZABLE);
        if (laws.notifies()) {
            promises.add(Characteristic.NOTIFIES);
        }
        if (laws.fair()) {
            promises.add(Characteristic.FAIR);
        }
        var lease = line.server.grantable(target.lease());
        var session = new SimSession(line, events, new Traits(promises, lease, Duration.ZERO, TokenDurability.DURABLE));
        line.<Duration>await(
                "open",
                true,
                (call, answer) -> line.server.open(session, line.session, target.memberId(), lease, answer));
        return session;
    }

    private SimStore store() {
        return line.server.store;
    }

    SimProcess process() {
        return line.process;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Claim claim(Key key, Mode mode, long id) {
        var claim = new SimClaim(key, id);
        claims.put(id, claim);
        try {
            var wall = line.process.wallMillis();
            claim.seen(call(() -> line.call("claim", standing -> store().claim(standing, key, mode, id, wall))));
        } catch (StoreException notClaimed) {
            claims.remove(id);
            throw notClaimed;
        }
        return claim;
    }

    @Override
    public void withdraw(Key key, long id) {
        claims.remove(id);
        if (call(() -> line.call("withdraw", standing -> store().release(standing, key, id)))) {
            line.coverage.saw(Seen.CLAIM_WITHDRAWN);
        }
    }

    @Override
    public List<Holder> holders(Key key) {
        return call(() -> line.call("holders", standing -> store().holders(key)));
    }

    @Override
    public boolean evict(Key key) {
        return call(() -> line.callInOrder("evict", standing -> store().evict(key)));
    }

    @Override
    public long exchange(Key lock, long expected, long mark) {
        return call(() -> line.callInOrder(
                "exchange", standing -> store().change(lock, record -> record.exchange(expected, mark))));
    }

    @Override
    public boolean create(Key group) {
        return call(() -> line.callInOrder("create", standing -> store().change(group, SimRecord::create)));
    }

    @Override
    public boolean delete(Key group) {
        return call(() -> line.callInOrder("delete", standing -> store().change(group, SimRecord::delete)));
    }

    @Override
    public Set<String> groups() {
        return call(() -> line.call("groups", standing -> store().groups()));
    }

    @Override
    public void join(Key group, byte[] data, boolean create) {
        call(() -> line.callInOrder("join", standing -> store().join(standing, group, data, create)));
    }

    @Override
    public void update(Key group, byte[] data) {
        call(() -> line.callInOrder("update", standing -> store().update(standing, group, data)));
    }

    @Override
    public boolean leave(Key group) {
        return call(() ->
                line.callInOrder("leave", standing -> store().change(group, record -> record.leave(standing))));
    }

    @Override
    public List<Entry> members(Key group) {
        return call(() -> line.call("members", standing -> store().members(group)));
    }

    @Override
    public Watch watch(Key key, Runnable changed) {
        if (!traits.has(Characteristic.NOTIFIES)) {
            return () -> {};
        }
        watches.computeIfAbsent(key, unwatched -> new ArrayList<>()).add(changed);
        try {
            subscribe(key, true);
        } catch (StoreException failure) {
            watches.getOrDefault(key, new ArrayList<>()).remove(changed);
            throw failure;
        }
        return () -> unwatch(key, changed);
    }

    private void unwatch(Key key, Runnable changed) {
        var callbacks = watches.get(key);
        if (callbacks != null && callbacks.remove(changed) && callbacks.isEmpty() && !over) {
            watches.remove(key);
            subscribe(key, false);
        }
    }

    private void subscribe(Key key, boolean begin) {
        var number = ++subscriptions;
        call(() -> line.call(begin ? "watch" : "unwatch", standing -> store().watch(standing, key, begin, number)));
    }

    @Override
    public Duration renew() {
        var held = new TreeMap<Long, Key>();
        claims.values().stream().filter(SimClaim::held).forEach(claim -> held.put(claim.id, claim.key));
        var renewal = call(() -> line.call("renew", standing -> line.server.renew(standing, held)));
        renewal.gone().stream().sorted().forEach(this::tellEvicted);
        if (renewal.stream() > stream) {
            line.coverage.saw(Seen.STREAM_RESUMED);
            stream = renewal.stream();
            List.copyOf(claims.values()).forEach(SimClaim::ring);
            List.copyOf(watches.values())
                    .forEach(callbacks -> List.copyOf(callbacks).forEach(Runnable::run));
        }
        return renewal.lease();
    }

    /** One try: a session that is not closed ends by itself. */
    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            line.call("close", line.server::close);
        } catch (StoreException unreachable) {
            // Its lease runs out.
        }
    }

    /** A message of the server: something about a key changed. */
    void rung(long stream, Key key) {
        if (!over && stream == this.stream) {
            List.copyOf(claims.values()).stream()
                    .filter(claim -> claim.key.equals(key))
                    .forEach(SimClaim::ring);
            List.copyOf(watches.getOrDefault(key, List.of())).forEach(Runnable::run);
        }
    }

    /** A message of the server: a claim was taken away. */
    void evicted(long stream, long id) {
        if (!over && stream == this.stream) {
            tellEvicted(id);
        }
    }

    private void tellEvicted(long id) {
        var claim = claims.remove(id);
        if (claim != null) {
            events.lost(claim.key, id, "it was evicted");
        }
    }

    private <T> T call(Supplier<T> call) {
        if (over) {
            throw new StoreException(StoreException.Reason.SESSION_LOST, "the session is over");
        }
        try {
            return call.get();
        } catch (StoreException failure) {
            if (failure.reason() == StoreException.Reason.SESSION_LOST && !over) {
                over = true;
                events.lost(String.valueOf(failure.getMessage()));
            }
            throw failure;
        }
    }

    private final class SimClaim implements Claim {

        private final Key key;
        private final long id;
        private long token;
        private @Nullable Runnable wake;

        SimClaim(Key key, long id) {
            this.key = key;
            this.id = id;
        }

        void seen(SimStore.Grant grant) {
            token = grant.token();
        }

        @Override
        public boolean held() {
            return token != 0;
        }

        @Override
        public long token() {
            if (token == 0) {
                throw new IllegalStateException("not held");
            }
            return token;
        }

        @Override
        public boolean advance(Runnable wake) {
            this.wake = wake;
            try {
                seen(call(() -> line.call("look", standing -> store().look(standing, key, id))));
            } catch (StoreException failure) {
                if (failure.reason() == StoreException.Reason.CLAIM_LOST) {
                    claims.remove(id);
                }
                throw failure;
            }
            return held();
        }

        @Override
        public boolean release() {
            claims.remove(id);
            return call(() -> line.call("release", standing -> store().release(standing, key, id)));
        }

        void ring() {
            var waiting = wake;
            if (waiting != null && !held()) {
                waiting.run();
            }
        }
    }
}
