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

import io.coordination.spi.Key;
import io.coordination.spi.Session;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups this member is in, and is to be in again after a loss of the session. Where the outcome of a call is unknown, the
 * store is brought to what is wanted in the background: a join that failed leaves nobody behind.
 */
final class Memberships implements Follower {

    private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

    private final SessionKeeper keeper;
    private final Map<Key, byte[]> wanted = new ConcurrentHashMap<>();
    private final SerialQueue queue;
    /** Counts the beginnings and the ends of what is done in the background; odd while something is. */
    private final AtomicLong settling = new AtomicLong();

    Memberships(SessionKeeper keeper) {
        this.keeper = keeper;
        this.queue = new SerialQueue(keeper.workers().work());
        keeper.follow(this);
    }

    void join(Key group, byte[] data, boolean create) {
        ask("join", group, session -> {
            try {
                session.join(group, data, create);
            } catch (StoreException taken) {
                if (wanted.containsKey(group) || !isOurs(session, group, data, taken)) {
                    throw taken;
                }
            }
            return wanted.put(group, data);
        });
    }

    void update(Key group, byte[] data) {
        ask("update the capabilities in", group, session -> {
            try {
                session.update(group, data);
            } catch (StoreException missing) {
                if (missing.reason() != Reason.MEMBER_MISSING || !wanted.containsKey(group)) {
                    throw missing;
                }
                // About to be joined again after a loss of the session, then with these.
                settleLater(group);
            }
            return wanted.replace(group, data);
        });
    }

    void leave(Key group) {
        var wasWanted = wanted.remove(group) != null;
        var left = ask("leave", group, session -> session.leave(group));
        if (!left && !wasWanted) {
            throw new MemberNotJoinedException("Could not leave " + group + ": this member is not in it", null);
        }
    }

    boolean isJoined(Key group) {
        return wanted.containsKey(group);
    }

    Set<Key> joined() {
        return Set.copyOf(wanted.keySet());
    }

    @Override
    public void opened(Tenure tenure) {
        wanted.keySet().forEach(this::settleLater);
    }

    /** A user's call. A loss of the session, or what is done in the background meanwhile, may have undone it. */
    private <T> T ask(String doing, Key group, Function<Session, T> call) {
        var before = settling.get();
        var tenure = keeper.currentOrNull();
        try {
            var answer = keeper.call(doing, group, call);
            if (before % 2 != 0 || settling.get() != before || keeper.currentOrNull() != tenure) {
                settleLater(group);
            }
            return answer;
        } catch (ConnectionFailedException | OperationTimedOutException unknown) {
            settleLater(group);
            throw unknown;
        }
    }

    private void settleLater(Key group) {
        queue.execute(() -> settle(group));
    }

    private void settle(Key group) {
        var tenure = keeper.currentOrNull();
        if (tenure == null) {
            return;
        }
        settling.incrementAndGet();
        try {
            byte[] data;
            do {
                data = wanted.get(group);
                bring(tenure.session(), group, data);
            } while (wanted.get(group) != data);
        } catch (RuntimeException thrown) {
            var failure = Failures.known(thrown);
            // The member of the lost session may still be there until the store ends that session.
            LOG.debug("{} is not as wanted yet", group, failure);
            keeper.noticed(tenure, failure);
            keeper.later(PAUSE_AFTER_FAILURE, queue, () -> settle(group));
        } finally {
            settling.incrementAndGet();
        }
    }

    private static void bring(Session session, Key group, byte @Nullable [] data) {
        try {
            if (data == null) {
                session.leave(group);
            } else {
                session.join(group, data, true);
            }
        } catch (StoreException taken) {
            if (data == null ? taken.reason() != Reason.GROUP_MISSING : !isOurs(session, group, data, taken)) {
                throw taken;
            }
        }
    }

    /** Whether the member that is in the way of a join is of this session, from a join whose answer was lost. */
    private static boolean isOurs(Session session, Key group, byte[] data, StoreException taken) {
        if (taken.reason() != Reason.MEMBER_EXISTS) {
            return false;
        }
        try {
            session.update(group, data);
            return true;
        } catch (StoreException failure) {
            if (failure.reason() == Reason.MEMBER_MISSING) {
                return false;
            }
            throw failure;
        }
    }
}
