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
import io.coordination.spi.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups this member is in, and is to be in again after a loss of the session. */
final class Memberships implements Follower {

    private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

    private final SessionKeeper keeper;
    private final Map<Key, byte[]> wanted = new ConcurrentHashMap<>();
    private final SerialQueue queue;

    Memberships(SessionKeeper keeper) {
        this.keeper = keeper;
        this.queue = new SerialQueue(keeper.workers().work());
        keeper.follow(this);
    }

    void join(Key group, byte[] data, boolean create) {
        keeper.call("join", group, session -> {
            session.join(group, data, create);
            return true;
        });
        wanted.put(group, data);
    }

    void update(Key group, byte[] data) {
        keeper.call("update the capabilities in", group, session -> {
            session.update(group, data);
            return true;
        });
        wanted.put(group, data);
    }

    void leave(Key group) {
        var wasWanted = wanted.remove(group) != null;
        if (!keeper.call("leave", group, session -> session.leave(group)) && !wasWanted) {
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
        wanted.keySet().forEach(group -> queue.execute(() -> rejoin(tenure, group)));
    }

    private void rejoin(Tenure tenure, Key group) {
        var data = wanted.get(group);
        if (data == null || tenure.isOver()) {
            return;
        }
        try {
            tenure.session().join(group, data, true);
            if (!wanted.containsKey(group)) {
                tenure.session().leave(group);
            }
        } catch (StoreException failure) {
            // The member of the lost session may still be there until the store ends that session.
            LOG.debug("Could not join {} again yet", group, failure);
            keeper.noticed(tenure, failure);
            keeper.later(PAUSE_AFTER_FAILURE, queue, () -> rejoin(tenure, group));
        }
    }
}
