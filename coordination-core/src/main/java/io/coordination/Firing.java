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
import io.coordination.spi.Mode;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One planned run of a job, for which all members come and which one of them makes:
 *
 * <pre>{@code
 * var firing = lock.firing(planned);
 * if (!firing.isOver()) {
 *     try (var lease = lock.acquire()) {
 *         if (firing.begin(lease)) {
 *             work();
 *             firing.end();
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>The lock keeps the members apart while one works; what outlives the hold is one number in the store for each lock, the
 * latest firing and how far it came. A firing that was begun and not ended, because its process died or lost the lock, may be
 * begun <b>once</b> more, and then no more. So it runs once; twice only if the first run was broken off, which may have been
 * after the work was done and before {@link #end} was noted. A firing is over, too, when a later one was begun.
 *
 * <p>No member's clock is compared with another's. A member whose clock is ahead begins its firings early, and those of the
 * others that are planned before are over then; this is warned of. The number lasts as long as what the store keeps: on
 * memcached a week at most, in memory as long as the process.
 *
 * <p>Used by one thread at a time. Cost: each call is one round trip; {@link #begin} without an {@link #isOver} before is two.
 */
public final class Firing {

    private static final Logger LOG = LoggerFactory.getLogger(Firing.class);

    /** A mark is the planned time in milliseconds times this, plus how far it came. */
    private static final long STAGES = 4;

    private static final int BEGUN = 1;
    private static final int OVER = 3;
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final LockRecipe recipe;
    private final Key key;
    private final Instant planned;
    private final long stage;
    private long seen;

    Firing(LockRecipe recipe, Key key, Instant planned) {
        if (planned.getEpochSecond() < 0 || planned.getEpochSecond() > Integer.MAX_VALUE * 100L) {
            throw new BadOptionException("nothing can be planned for " + planned, null);
        }
        this.recipe = recipe;
        this.key = key;
        this.planned = planned;
        this.stage = planned.toEpochMilli() * STAGES;
    }

    /**
     * The time for which it is planned.
     *
     * @return the time, of which whole milliseconds count
     */
    public Instant planned() {
        return planned;
    }

    /**
     * Whether it needs no run any more: it was run, was broken off twice, or a later one was begun. One round trip.
     *
     * @return false when it was never begun, is being run, or was broken off once
     * @throws CoordinationException when the store failed
     */
    public boolean isOver() {
        seen = exchange(seen, seen);
        return seen >= stage + OVER;
    }

    /**
     * Begins it, unless it is over.
     *
     * @param lease the lock's own, exclusive and valid, so that nobody else is running it
     * @return whether it is to be run now, and ended then
     * @throws LeaseLostException when the lease is over
     * @throws CoordinationException when the store failed, and whether it is begun now is unknown
     */
    public boolean begin(Lease lease) {
        if (!lease.key().equals(key) || !(lease.mode() instanceof Mode.Exclusive)) {
            throw new IllegalArgumentException(lease + " is no exclusive hold of " + key);
        }
        if (!lease.isValid()) {
            throw new LeaseLostException(this + " was not begun: the lock is no longer held", null);
        }
        while (seen < stage + OVER) {
            var next = Math.max(seen, stage) + 1;
            var found = exchange(seen, next);
            if (found == seen) {
                return begun(next);
            }
            seen = found;
        }
        warnOfClock();
        return false;
    }

    private boolean begun(long next) {
        seen = next;
        if (next == stage + OVER) {
            LOG.error("{} was broken off twice, and is not run again", this);
        } else if (next > stage + BEGUN) {
            LOG.warn("{} was broken off, and is run once more", this);
        }
        return next < stage + OVER;
    }

    /** A firing of the future was begun while this one is due. */
    private void warnOfClock() {
        var latest = Instant.ofEpochMilli(seen / STAGES);
        if (latest.isAfter(planned.plus(AHEAD))
                && latest.isAfter(recipe.wallTime().plus(AHEAD))) {
            LOG.warn(
                    "{} is not run: a member whose clock is ahead of this one's has begun that of {}. Until then nothing"
                            + " is run under this name; mend the clock",
                    this,
                    latest);
        }
    }

    /**
     * Notes that it was run. To be called before the lock is released.
     *
     * @return false when somebody else has begun it again, because this member's hold was lost meanwhile
     * @throws CoordinationException when the store failed; repeat the call, or it may be run once more
     */
    public boolean end() {
        var found = exchange(seen, stage + OVER);
        var ended = found == seen || found == stage + OVER;
        if (ended) {
            seen = stage + OVER;
        }
        return ended;
    }

    private long exchange(long expected, long mark) {
        return recipe.exchange(key, expected, mark);
    }

    /** {@return the lock and the time} */
    @Override
    public String toString() {
        return "The firing of " + key + " for " + planned;
    }
}
