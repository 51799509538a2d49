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
package io.coordination.torture;

import io.coordination.spi.Characteristic;
import io.coordination.spi.TokenDurability;
import io.coordination.torture.Event.What;
import io.coordination.torture.History.Hold;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be held against a history: what the store declared to its members.
 *
 * @param characteristics the promises
 * @param tokens what its tokens survive
 * @param expiry for how long what a silent member holds is kept at most
 * @param poll the members' poll interval
 * @param overlap for how long who holds may believe so beside another one, whom tokens tell from it
 */
record Promises(
        Set<Characteristic> characteristics, TokenDurability tokens, Duration expiry, Duration poll, Duration overlap) {

    /** As the members of a history heard them from their store. */
    static Promises of(History history, Store store) {
        var declared = history.all(What.START).findFirst().orElseThrow().value();
        var words = declared.split("[ ,\\[\\]]+");
        return new Promises(
                Arrays.stream(words).skip(1).map(Characteristic::valueOf).collect(Collectors.toSet()),
                TokenDurability.valueOf(words[0]),
                store.expiry(),
                store.poll(),
                store.overlap());
    }

    boolean has(Characteristic characteristic) {
        return characteristics.contains(characteristic);
    }

    /** Until when a hold was valid and nobody else's could be. */
    long alone(Hold hold) {
        return Math.max(hold.got(), hold.seen() - overlap.toNanos());
    }

    /** For how long others may have to wait for what a dead member held, and a moment for the machine to be slow. */
    long patience() {
        return expiry.plus(poll).plusSeconds(3).toNanos();
    }
}
