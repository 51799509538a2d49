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

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.SessionState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The promises, as functions of what happened. Each gives the first thing that breaks its promise. */
public final class Checks {

    private Checks() {}

    /** Somebody who believes to hold. */
    public record Believer(String who, Mode mode, long token) {}

    /** Those who believe to hold one key at one instant may do so together. */
    public static Optional<String> together(List<Believer> believers) {
        var byGrant = new ArrayList<>(believers);
        byGrant.sort(Comparator.comparingLong(Believer::token));
        var earlier = new ArrayList<Mode>();
        for (var believer : byGrant) {
            if (!believer.mode().admittedBeside(earlier)) {
                return Optional.of(believer + " beside " + believers);
            }
            earlier.add(believer.mode());
        }
        return Optional.empty();
    }

    /** Each grant of a key has a greater token than all before it. */
    static Optional<String> tokensRise(List<History.Granted> granted) {
        var greatest = new HashMap<Key, Long>();
        for (var grant : granted) {
            var before = greatest.put(grant.key(), grant.token());
            if (before != null && before >= grant.token()) {
                return Optional.of(grant + " after token " + before);
            }
        }
        return Optional.empty();
    }

    /** A process asked for a lock, and got it. */
    public record Acquired(Key key, long token, long asked, long got) {}

    /** Who asked after another had got the lock has a greater token; no two have the same. */
    public static Optional<String> tokensFollow(List<Acquired> acquired) {
        var byKey = new HashMap<Key, List<Acquired>>();
        acquired.forEach(one ->
                byKey.computeIfAbsent(one.key(), first -> new ArrayList<>()).add(one));
        for (var ofKey : byKey.values()) {
            var seen = new HashSet<Long>();
            var byEnd = new TreeMap<Long, Long>();
            ofKey.sort(Comparator.comparingLong(Acquired::got));
            var greatest = 0L;
            for (var one : ofKey) {
                var before = byEnd.lowerEntry(one.asked());
                if (!seen.add(one.token()) || (before != null && before.getValue() > one.token())) {
                    return Optional.of(one + " among " + ofKey);
                }
                greatest = Math.max(greatest, one.token());
                byEnd.put(one.got(), greatest);
            }
        }
        return Optional.empty();
    }

    /** The resource behind a lock took a write. */
    public record Written(Key key, long token, int hold) {}

    /** What the resource took never goes back to an older token, and a token is of one hold only. */
    public static Optional<String> fenced(List<Written> written) {
        var last = new HashMap<Key, Written>();
        for (var write : written) {
            var before = last.put(write.key(), write);
            if (before != null
                    && (before.token() > write.token()
                            || (before.token() == write.token() && before.hold() != write.hold()))) {
                return Optional.of(write + " after " + before);
            }
        }
        return Optional.empty();
    }

    /** What a listener of an election heard: granted and revoked in turns, of the same lease. */
    public record Heard(boolean granted, long token) {}

    /** Leadership is granted and revoked in turns, each revocation of the lease granted last, tokens rising. */
    public static Optional<String> inTurns(List<Heard> heard) {
        Heard last = null;
        for (var event : heard) {
            var fits = last == null || last.granted() != event.granted();
            fits &= last == null
                    ? event.granted()
                    : event.granted() ? event.token() > last.token() : event.token() == last.token();
            if (!fits) {
                return Optional.of(event + " in " + heard);
            }
            last = event;
        }
        return Optional.empty();
    }

    /** What a watcher of a group heard of one member. */
    public record Change(String member, What what) {
        /** Which change it is. */
        public enum What {
            JOINED,
            LEFT,
            UPDATED
        }
    }

    /** Nobody joins twice or leaves twice, only members are updated, and who was heard of last as a member is one. */
    public static Optional<String> replays(List<Change> heard, Set<String> last) {
        var members = new HashMap<String, Boolean>();
        for (var change : heard) {
            var there = members.put(change.member(), change.what() != Change.What.LEFT);
            if (there != null && there == (change.what() == Change.What.JOINED)) {
                return Optional.of(change + " in " + heard);
            }
        }
        for (var member : members.entrySet()) {
            if (member.getValue() != last.contains(member.getKey())) {
                return Optional.of("heard " + heard + ", but there are " + last);
            }
        }
        return Optional.empty();
    }

    /** The states of a session in the order in which they were told, after LIVE at first. */
    public static Optional<String> statesFollow(List<SessionState> told) {
        var last = SessionState.LIVE;
        for (var state : told) {
            if (state == last || (last == SessionState.LOST && state == SessionState.SUSPENDED)) {
                return Optional.of(state + " after " + last + " in " + told);
            }
            last = state;
        }
        return Optional.empty();
    }
}
