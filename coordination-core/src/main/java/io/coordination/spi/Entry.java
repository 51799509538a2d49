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
package io.coordination.spi;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group, as the store tells it.
 *
 * @param member the member's id
 * @param data its capabilities, opaque to the store; not copied
 * @param joinedAt when it joined, null where the store does not know
 * @param updatedAt when its capabilities were last changed, null where the store does not know
 */
public record Entry(
        String member,
        byte[] data,
        @Nullable Instant joinedAt,
        @Nullable Instant updatedAt) {

    /** Compares the data by content, so that two readings of an unchanged member are equal. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry entry
                && member.equals(entry.member)
                && Arrays.equals(data, entry.data)
                && Objects.equals(joinedAt, entry.joinedAt)
                && Objects.equals(updatedAt, entry.updatedAt);
    }

    /** {@return a hash of the id and the data} */
    @Override
    public int hashCode() {
        return 31 * member.hashCode() + Arrays.hashCode(data);
    }

    /** {@return the member's id; capabilities are the user's business} */
    @Override
    public String toString() {
        return "Entry[member=" + Names.printable(member) + ", " + data.length + " bytes]";
    }
}
