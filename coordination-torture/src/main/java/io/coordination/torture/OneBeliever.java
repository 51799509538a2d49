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
import io.coordination.spi.Mode;
import io.coordination.torture.History.Hold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Those who believe to hold one thing at one time may do so together. */
final class OneBeliever {

    private OneBeliever() {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        var byName = new HashMap<String, List<Hold>>();
        for (var hold : history.holds()) {
            if (promises.alone(hold) > hold.got()) {
                byName.computeIfAbsent(hold.on(), first -> new ArrayList<>()).add(hold);
            }
        }
        for (var ofName : byName.values()) {
            var believing = new ArrayList<Hold>();
            for (var hold : ofName) {
                believing.removeIf(earlier -> promises.alone(earlier) <= hold.got());
                believing.add(hold);
                Checks.together(believing.stream().map(OneBeliever::believer).toList())
                        .ifPresent(violations::add);
            }
        }
        return violations;
    }

    /** How many of those who held exclusively were seen to believe so beside another one. */
    static long overlaps(History history) {
        Map<String, Hold> last = new HashMap<>();
        var count = 0L;
        for (var hold : history.holds()) {
            if (hold.isExclusive() && hold.seen() > hold.got()) {
                var before = last.get(hold.on());
                count += before != null && before.seen() > hold.got() ? 1 : 0;
                last.merge(hold.on(), hold, (one, other) -> one.seen() > other.seen() ? one : other);
            }
        }
        return count;
    }

    private static Checks.Believer believer(Hold hold) {
        var mode =
                switch (hold.mode()) {
                    case "SHARED" -> Mode.SHARED;
                    case "PERMIT" -> new Mode.Permit(2);
                    default -> Mode.EXCLUSIVE;
                };
        return new Checks.Believer(hold.toString(), mode, hold.token());
    }
}
