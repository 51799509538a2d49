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
package io.coordination.driver.sql;

import io.coordination.spi.Key;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A write that takes effect when the record still is what it was thought to be, and the session that writes lives.
 *
 * @param session who writes
 * @param key whose record
 * @param before what it is thought to be, null when it is thought to be absent
 * @param content what it shall be, null to remove it
 * @param owner the session that stands first in it, or null
 * @param grants how many tokens the write makes
 * @param tell the sessions that are told in the same step
 * @param soon whether a removal need not outlast a crash of the server that comes at once
 * @param contended whether it is worth asking in the same breath what is there instead
 */
record Change(
        String session,
        Key key,
        @Nullable Row before,
        byte @Nullable [] content,
        @Nullable String owner,
        int grants,
        Collection<String> tell,
        boolean soon,
        boolean contended) {

    /**
     * What became of it.
     *
     * @param version the number of the write, {@link #REMOVED}, or {@link #REFUSED} when nothing was done
     * @param instead what is there instead, null when that is not known
     */
    record Outcome(long version, @Nullable Found instead) {

        static final long REFUSED = -1;
        static final long REMOVED = 0;

        boolean refused() {
            return version == REFUSED;
        }
    }

    /**
     * What is there.
     *
     * @param alive whether the session that asks lives
     * @param row the record, null when it is absent
     * @param owner the session that stands first in it, or null
     * @param left for how many microseconds that session lives yet, null when it is over
     */
    record Found(
            boolean alive,
            @Nullable Row row,
            @Nullable String owner,
            @Nullable Long left) {}
}
