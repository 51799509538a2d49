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
package io.coordination.torture;

import io.coordination.driver.support.PartedSession;
import io.coordination.spi.Claim;
import io.coordination.spi.Driver;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.Traits;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A driver with one bug, around the driver of Redis: what the checks have to find. */
public final class MutantDriver implements Driver {

    private static final String STORE = "redis";

    /** The bugs. */
    enum Bug {
        /** A lease is counted from the answer to its renewal, not from before it was sent. */
        LATE,
        /** The token is drawn before the claim is made, in a step of its own. */
        EARLY,
        /** A renewal takes what was released since the one before. */
        UNDEAD,
        /** Who waits is not told of its turn. */
        DEAF;

        String scheme() {
            return "mutant-" + name().toLowerCase(Locale.ROOT) + "+" + STORE;
        }
    }

    /** For the service loader. */
    public MutantDriver() {}

    @Override
    public Set<String> schemes() {
        return Stream.of(Bug.values()).map(Bug::scheme).collect(Collectors.toSet());
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        var bug = Stream.of(Bug.values())
                .filter(one -> one.scheme().equals(target.url().scheme()))
                .findFirst()
                .orElseThrow();
        var driver = ServiceLoader.load(Driver.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.schemes().contains(STORE))
                .findFirst()
                .orElseThrow();
        var url = StoreUrl.parse(STORE + "://" + target.url().hosts().get(0));
        var sent = System.nanoTime();
        var session = driver.open(
                new Target(url, target.memberId(), target.namespace(), target.lease(), target.tls()), with, events);
        return new Mutant(session, bug, Duration.ofNanos(System.nanoTime() - sent));
    }

    private static final class Mutant extends PartedSession {

        private final Session session;
        private final Bug bug;
        private final Duration opening;
        private final Map<Long, Released> released = new ConcurrentHashMap<>();

        private record Released(Key key, Mode mode) {}

        Mutant(Session session, Bug bug, Duration opening) {
            this.session = session;
            this.bug = bug;
            this.opening = opening;
        }

        @Override
        public Traits traits() {
            var traits = session.traits();
            return bug == Bug.LATE
                    ? new Traits(
                            traits.characteristics(),
                            traits.lease().plus(opening),
                            traits.granularity(),
                            traits.tokens())
                    : traits;
        }

        @Override
        public Duration renew() {
            var sent = System.nanoTime();
            var granted = session.renew();
            if (bug == Bug.UNDEAD) {
                released.forEach((id, was) -> session.claim(was.key(), was.mode(), id));
                released.clear();
            }
            return bug == Bug.LATE ? granted.plusNanos(System.nanoTime() - sent) : granted;
        }

        @Override
        public Claim claim(Key key, Mode mode, long id) {
            var token = System.nanoTime();
            return new MutantClaim(session.claim(key, mode, id), key, mode, id, token);
        }

        private final class MutantClaim implements Claim {

            private final Claim claim;
            private final Key key;
            private final Mode mode;
            private final long id;
            private final long token;

            MutantClaim(Claim claim, Key key, Mode mode, long id, long token) {
                this.claim = claim;
                this.key = key;
                this.mode = mode;
                this.id = id;
                this.token = token;
            }

            @Override
            public boolean held() {
                return claim.held();
            }

            @Override
            public long token() {
                return bug == Bug.EARLY ? token : claim.token();
            }

            @Override
            public boolean advance(Runnable wake) {
                return claim.advance(bug == Bug.DEAF ? () -> {} : wake);
            }

            @Override
            public boolean release() {
                var had = claim.release();
                if (bug == Bug.UNDEAD && had) {
                    released.put(id, new Released(key, mode));
                }
                return had;
            }
        }

        @Override
        protected LockCalls lockCalls() {
            return session;
        }

        @Override
        protected GroupCalls groupCalls() {
            return session;
        }

        @Override
        public Watch watch(Key key, Runnable changed) {
            return session.watch(key, changed);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
