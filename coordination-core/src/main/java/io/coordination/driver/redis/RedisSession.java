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

import io.coordination.driver.support.PartedSession;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.Scheduler;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Traits;
import io.lettuce.core.SetArgs;
import java.time.Duration;

/**
 * One member's standing with a Redis server: a key that expires unless it is renewed, and a channel of the same name on which
 * it is told of its claims.
 */
final class RedisSession extends PartedSession implements Store.Listener {

    private final Store store;
    private final Keyspace keys;
    private final Traits traits;
    private final SessionEvents events;
    private final Standing standing;
    private final Watches watches;
    private final Lines lines;
    private final Groups groups;

    RedisSession(Store store, Keyspace keys, String member, Traits traits, Scheduler scheduler, SessionEvents events) {
        this.store = store;
        this.keys = keys;
        this.traits = traits;
        this.events = events;
        this.standing = new Standing(member, traits.lease());
        this.watches = new Watches(store, scheduler);
        this.lines = new Lines(store, keys, standing, scheduler, events, watches);
        this.groups = new Groups(store, keys, standing, watches);
    }

    /** Listens on its channel and makes its key, from when on it stands. */
    void begin(String where) {
        var key = keys.session(standing.id());
        store.listen(key, this, where);
        var args = SetArgs.Builder.px(traits.lease().toMillis());
        store.ask(connection -> connection.async().set(key, bytes(standing.member()), args));
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    protected LockCalls lockCalls() {
        return lines;
    }

    @Override
    protected GroupCalls groupCalls() {
        return groups;
    }

    @Override
    public Watch watch(Key key, Runnable changed) {
        standing.require();
        return watches.begin(keys.changed(key), changed);
    }

    @Override
    public Duration renew() {
        standing.require();
        var renewal = new Renewal(standing, lines.claims(), groups.joined());
        store.expectMessage();
        var answer = store.list(Script.RENEW, renewal.keys(keys), renewal.args(keys));
        renewal.forEachClaim(answer, lines::renewed);
        renewal.forEachMissing(answer, groups::rejoin);
        return traits.lease();
    }

    @Override
    public void close() {
        if (!standing.end()) {
            return;
        }
        try {
            endInStore(store);
        } catch (StoreException unreachable) {
            // The server ends it when its key expires.
        } finally {
            watches.close();
            lines.claims().forEach(RedisClaim::forget);
            store.close();
        }
    }

    /** Frees whatever it has on the server, through any connection. */
    void endInStore(Store through) {
        var end = new Renewal(standing, lines.claims(), groups.all());
        through.number(Script.CLOSE, end.keys(keys), end.closingArgs(keys));
    }

    /** The server, or somebody there, ended the session. */
    void lost(String reason) {
        if (standing.end()) {
            watches.close();
            store.close();
            events.lost(reason);
        }
    }

    @Override
    public void message(String channel, String text) {
        if (!standing.isOver() && !lines.message(text)) {
            watches.changed(channel);
        }
    }

    @Override
    public void listening() {
        if (!standing.isOver()) {
            lines.claims().forEach(RedisClaim::wake);
            watches.changed();
        }
    }
}
