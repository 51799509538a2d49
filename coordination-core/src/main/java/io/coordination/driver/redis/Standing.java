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

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a session is known by on the server, and whether it stands. */
final class Standing {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String id;
    private final String member;
    private final byte[] lease;
    private final AtomicBoolean over = new AtomicBoolean();

    Standing(String member, Duration lease) {
        var random = new byte[8];
        RANDOM.nextBytes(random);
        this.id = HexFormat.of().formatHex(random);
        this.member = member;
        this.lease = bytes(String.valueOf(lease.toMillis()));
    }

    String id() {
        return id;
    }

    String member() {
        return member;
    }

    /** In milliseconds. */
    byte[] lease() {
        return lease;
    }

    /** What a claim is called on the server. */
    byte[] claim(long claim) {
        return bytes(id + HexFormat.of().toHexDigits(claim));
    }

    /** The claim that is called so on the server, 0 when none of a session's can be. */
    static long claim(String name) {
        try {
            return name.length() == 32 ? HexFormat.fromHexDigitsToLong(name, 16, 32) : 0;
        } catch (IllegalArgumentException foreign) {
            return 0;
        }
    }

    void require() {
        if (over.get()) {
            throw new StoreException(Reason.SESSION_LOST, "the session is over");
        }
    }

    boolean isOver() {
        return over.get();
    }

    /** Ends it; false when it had ended. */
    boolean end() {
        return over.compareAndSet(false, true);
    }
}
