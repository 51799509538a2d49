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

import io.coordination.spi.Entry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group.
 *
 * @param entry the member
 * @param joined when it joined, in microseconds since the epoch, 0 where nobody wrote it down
 * @param left how many milliseconds it lives unless it is renewed
 */
record Seat(Entry entry, long joined, long left) {

    /** Reads field, data, seat and time left. */
    static Seat of(List<?> row) {
        var seat = Keyspace.text((byte[]) row.get(2)).split(" ");
        var joined = seat.length == 3 ? micros(seat[1]) : 0;
        var updated = seat.length == 3 ? micros(seat[2]) : 0;
        var entry =
                new Entry(Keyspace.member((byte[]) row.get(0)), (byte[]) row.get(1), instant(joined), instant(updated));
        return new Seat(entry, joined, (Long) row.get(3));
    }

    private static long micros(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException foreign) {
            return 0;
        }
    }

    private static @Nullable Instant instant(long micros) {
        return micros == 0 ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
