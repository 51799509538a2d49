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
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows something in the store over all sessions: a notification is a hint, reading again is the truth. Reads when told,
 * after every opening of a session, and now and then for no reason; reports each difference to what was seen before, so that
 * nothing that lasted is missed and nothing is told twice.
 */
final class Watch<T> implements Follower, Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

    private final SessionKeeper keeper;
    private final Key key;
    private final Function<Session, T> read;
    private final T nothing;
    private final BiConsumer<T, T> changed;
    private final Predicate<T> ours;
    private final SerialQueue queue;

    private T seen;
    private volatile boolean begun;
    private volatile boolean closed;
    private @Nullable Tenure armedOn;
    private Session.@Nullable Watch armed;
    private long looks;

    /**
     * A watch that has not begun.
     *
     * @param nothing what is seen before the first look, and where the group does not exist
     * @param changed is told what was seen before and what is seen now
     * @param ours whether what is seen stays so until {@link #poke}, so that it is not looked at for the poll interval's sake
     */
    Watch(
            SessionKeeper keeper,
            Key key,
            Function<Session, T> read,
            T nothing,
            BiConsumer<T, T> changed,
            Predicate<T> ours) {
        this.keeper = keeper;
        this.key = key;
        this.read = read;
        this.nothing = nothing;
        this.changed = changed;
        this.ours = ours;
        this.seen = nothing;
        this.queue = new SerialQueue(keeper.workers().work());
    }

    /** Hands over what is there now, in one or two round trips, and from then on reports what changes. */
    Watch<T> begin(Consumer<T> first) {
        try {
            var tenure = keeper.tenure();
            arm(tenure);
            seen = read(tenure);
        } catch (StoreException failure) {
            close();
            throw Failures.of(failure, "watch " + key);
        }
        first.accept(seen);
        keeper.follow(this);
        begun = true;
        poke();
        return this;
    }

    @Override
    public void opened(Tenure tenure) {
        poke();
    }

    @Override
    public void close() {
        closed = true;
        keeper.unfollow(this);
        queue.execute(this::disarm);
    }

    /** Looks as soon as can be. */
    void poke() {
        queue.execute(this::look);
    }

    private void look() {
        var tenure = keeper.currentOrNull();
        // A hint that comes before what is there at first was handed over must not tell of it as a change.
        if (!begun || closed || tenure == null) {
            return;
        }
        try {
            arm(tenure);
            var now = read(tenure);
            if (closed) {
                return;
            }
            var before = seen;
            seen = now;
            if (!now.equals(before)) {
                changed.accept(before, now);
            }
            lookAgain(ours.test(now) ? keeper.lookAtOursAgainAfter(tenure) : keeper.lookAgainAfter(tenure));
        } catch (RuntimeException thrown) {
            var failure = Failures.known(thrown);
            LOG.debug("Could not look at {}", key, failure);
            keeper.noticed(tenure, failure);
            lookAgain(PAUSE_AFTER_FAILURE);
        }
    }

    /** Only the latest look schedules the next one, so that hints do not pile up timers. */
    private void lookAgain(Duration after) {
        var look = ++looks;
        keeper.later(after, queue, () -> {
            if (look == looks) {
                look();
            }
        });
    }

    private void arm(Tenure tenure) {
        if (armedOn != tenure) {
            armed = tenure.session().watch(key, this::poke);
            armedOn = tenure;
        }
    }

    private void disarm() {
        var watch = armed;
        var tenure = armedOn;
        if (watch == null || tenure == null || tenure.isOver()) {
            return;
        }
        try {
            watch.close();
        } catch (StoreException failure) {
            LOG.debug("Could not end the watch on {}", key, failure);
        }
    }

    private T read(Tenure tenure) {
        try {
            return read.apply(tenure.session());
        } catch (StoreException failure) {
            if (failure.reason() == StoreException.Reason.GROUP_MISSING) {
                return nothing;
            }
            throw failure;
        }
    }
}
