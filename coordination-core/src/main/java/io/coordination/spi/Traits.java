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

import java.time.Duration;
import java.util.Set;

/**
 * What a store promises, as found when the session was opened.
 *
 * @param characteristics the promises by name
 * @param lease for how long, counted from before the session was opened, what it holds is kept without renewal; with the
 *     special values of {@link Session#renew}
 * @param granularity how much early the store's expiry may come, because its clock has coarse ticks
 * @param tokens what can make fencing tokens go back
 */
public record Traits(
        Set<Characteristic> characteristics, Duration lease, Duration granularity, TokenDurability tokens) {

    /**
     * Copies the set.
     *
     * @param characteristics the promises by name
     * @param lease for how long what it holds is kept without renewal
     * @param granularity how much early the store's expiry may come
     * @param tokens what can make fencing tokens go back
     */
    public Traits {
        characteristics = Set.copyOf(characteristics);
    }

    /**
     * Whether a promise is made.
     *
     * @param characteristic the promise
     * @return whether this store makes it
     */
    public boolean has(Characteristic characteristic) {
        return characteristics.contains(characteristic);
    }
}
