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

import io.coordination.spi.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** All that a session has, as one request. */
final class Renewal {

    private final Standing standing;
    private final List<RedisClaim> claims;
    private final List<Boolean> held;
    private final List<Key> groups;

    interface Outcome {
        void of(RedisClaim claim, boolean wasHeld, long token);
    }

    Renewal(Standing standing, Collection<RedisClaim> claims, Collection<Key> groups) {
        this.standing = standing;
        this.claims = List.copyOf(claims);
        // Now: a claim that is granted while the request is under way may be unknown to the answer.
        this.held = this.claims.stream().map(RedisClaim::held).toList();
        this.groups = List.copyOf(groups);
    }

    byte[][] keys(Keyspace space) {
        var own = space.session(standing.id());
        var member = standing.member();
        var keys = new ArrayList<byte[]>(5 + 2 * (claims.size() + groups.size()));
        keys.addAll(List.of(own, own, own, space.beats(member), space.beatsOwner(member)));
        for (var claim : claims) {
            keys.add(claim.lock());
            keys.add(claim.line());
        }
        for (var group : groups) {
            keys.add(space.group(group));
            keys.add(space.seats(group));
        }
        return keys.toArray(byte[][]::new);
    }

    byte[][] args(Keyspace space) {
        var field = Keyspace.field(standing.member());
        var args = new ArrayList<>(List.of(space.prefix(), bytes(standing.id()), standing.lease(), field));
        addClaims(args);
        args.add(number(groups.size()));
        return args.toArray(byte[][]::new);
    }

    byte[][] closingArgs(Keyspace space) {
        var field = Keyspace.field(standing.member());
        var args = new ArrayList<>(List.of(space.prefix(), bytes(standing.id()), field));
        addClaims(args);
        args.add(number(groups.size()));
        groups.forEach(group -> args.add(space.changed(group)));
        return args.toArray(byte[][]::new);
    }

    private void addClaims(List<byte[]> args) {
        args.add(number(claims.size()));
        claims.forEach(claim -> args.add(claim.name()));
    }

    void forEachClaim(List<Object> answer, Outcome outcome) {
        for (var i = 0; i < claims.size(); i++) {
            outcome.of(claims.get(i), held.get(i), (Long) answer.get(i));
        }
    }

    void forEachMissing(List<Object> answer, Consumer<Key> missing) {
        for (var i = 0; i < groups.size(); i++) {
            if ((Long) answer.get(claims.size() + i) == 0) {
                missing.accept(groups.get(i));
            }
        }
    }

    private static byte[] number(int number) {
        return bytes(String.valueOf(number));
    }
}
