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
import io.coordination.torture.History.Hold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The holds of a lock that is always exclusive can be put one after the other, each within the time in which it was asked for
 * and given back: it is linearizable. Tokens say in which order, so that this takes no search. A hold whose outcome nobody
 * knows may be left out, as it and its end change nothing for the others.
 */
final class LockOrder {

    private LockOrder() {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        if (!promises.has(Characteristic.FENCING)) {
            return violations;
        }
        var byName = history.holds().stream().collect(Collectors.groupingBy(Hold::on));
        for (var ofName : byName.values()) {
            if (!ofName.stream().allMatch(Hold::isExclusive) || ofName.get(0).isLeadership()) {
                continue;
            }
            Hold before = null;
            var free = Long.MIN_VALUE;
            for (var hold : ofName.stream()
                    .sorted(Comparator.comparingLong(Hold::token))
                    .toList()) {
                var taken = Math.max(free, hold.asked());
                if (taken > hold.got()) {
                    violations.add(hold + ", but by its token it came after " + before);
                }
                before = hold;
                // Who was frozen while it was granted says so late, and never saw it valid.
                free = promises.alone(hold) > hold.got()
                        ? Math.max(taken, Math.min(promises.alone(hold), hold.releasing()))
                        : taken;
            }
        }
        return violations;
    }
}
