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

import io.coordination.sim.Checks;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Key;
import java.util.List;

/** Who asked after another one had got it has a greater token; no two have the same. */
final class TokenOrder {

    private TokenOrder() {}

    static List<String> violations(History history, Promises promises) {
        if (!promises.has(Characteristic.FENCING)) {
            return List.of();
        }
        var acquired = history.holds().stream()
                .filter(hold -> !hold.isLeadership())
                .map(hold -> new Checks.Acquired(Key.lock(hold.on()), hold.token(), hold.asked(), hold.got()))
                .toList();
        return Checks.tokensFollow(acquired).stream().toList();
    }
}
