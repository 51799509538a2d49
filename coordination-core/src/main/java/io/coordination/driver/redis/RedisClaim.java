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

import io.coordination.spi.Claim;
import io.coordination.spi.Key;
import io.coordination.spi.Scheduler;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import org.jspecify.annotations.Nullable;

/** A place in the line. Whoever frees the lock grants it to the next place in the same step and sends a message. */
final class RedisClaim implements Claim.Passing {

    private final Lines lines;
    private final Key key;
    private final long id;
    private final byte[] name;
    private final byte[] lock;
    private final byte[] line;

    private volatile long token;
    private volatile boolean over;
    private volatile @Nullable Runnable wake;
    private volatile Scheduler.@Nullable Cancellable nextLook;

    RedisClaim(Lines lines, Keyspace keys, Key key, long id, byte[] name) {
        this.lines = lines;
        this.key = key;
        this.id = id;
        this.name = name;
        this.lock = keys.lock(key);
        this.line = keys.lineKey(key);
    }

    Key key() {
        return key;
    }

    long id() {
        return id;
    }

    /** What it is called on the server. */
    byte[] name() {
        return name;
    }

    /** Where the lock is. */
    byte[] lock() {
        return lock;
    }

    /** Where its line is. */
    byte[] line() {
        return line;
    }

    @Override
    public boolean held() {
        return token != 0;
    }

    @Override
    public long token() {
        if (token == 0) {
            throw new IllegalStateException("the claim on " + key + " is not held");
        }
        return token;
    }

    @Override
    public boolean advance(Runnable wake) {
        this.wake = wake;
        if (!held()) {
            lines.look(this);
        }
        return held();
    }

    /**
     * Takes an answer: the token, or while it waits minus the milliseconds after which to look again; null when its place is
     * gone.
     */
    void answered(@Nullable Long answer) {
        if (answer == null) {
            forget();
            throw new StoreException(Reason.CLAIM_LOST, "its place in line was removed");
        }
        if (answer > 0) {
            granted(answer);
        } else if (!held()) {
            lookAfter(-answer);
        }
    }

    private void lookAfter(long millis) {
        calm();
        nextLook = lines.later(millis, this::wake);
        // The grant may have come meanwhile.
        if (held() || over) {
            calm();
        }
    }

    private void calm() {
        var look = nextLook;
        if (look != null) {
            nextLook = null;
            look.cancel();
        }
    }

    void granted(long granted) {
        token = granted;
        calm();
    }

    @Override
    public boolean release() {
        lines.requireStanding();
        forget();
        return lines.release(this);
    }

    @Override
    public @Nullable Claim pass(long next) {
        lines.requireStanding();
        forget();
        return lines.pass(this, next);
    }

    /** From now on whatever becomes of the place is expected. */
    void forget() {
        over = true;
        calm();
        lines.forget(this);
    }

    boolean isOver() {
        return over;
    }

    void wake() {
        var waiting = wake;
        if (waiting != null && !over) {
            waiting.run();
        }
    }
}
