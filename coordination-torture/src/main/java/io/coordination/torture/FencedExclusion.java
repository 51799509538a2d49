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
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import io.coordination.torture.History.Hold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the resource took never goes back to an older token, and a token is of one hold; nobody who may believe to hold is
 * refused.
 */
final class FencedExclusion {

    private FencedExclusion() {}

    static List<String> violations(History history, Promises promises) {
        var violations = new ArrayList<String>();
        if (!promises.has(Characteristic.FENCING)) {
            return violations;
        }
        Map<String, Integer> numbers = new HashMap<>();
        var written = judged(history).stream()
                .filter(write -> write.type() == Type.OK)
                .map(write -> new Checks.Written(
                        Key.lock(write.on()), write.token(), numbers.computeIfAbsent(id(write), id -> numbers.size())))
                .toList();
        Checks.fenced(written).ifPresent(violations::add);
        var seen = history.holds().stream().collect(Collectors.toMap(FencedExclusion::id, promises::alone));
        for (var write : judged(history)) {
            if (write.type() == Type.FAIL && seen.getOrDefault(id(write), 0L) > write.at()) {
                violations.add("refused although its holder still believed: " + write);
            }
        }
        return violations;
    }

    private static List<Event> judged(History history) {
        return history.all(What.WRITE)
                .filter(write -> write.process().equals("judge"))
                .toList();
    }

    /** The judge's events have the writer as their value. */
    private static String id(Event judged) {
        return judged.value() + "/" + judged.op();
    }

    private static String id(Hold hold) {
        return hold.process() + "/" + hold.op();
    }
}
