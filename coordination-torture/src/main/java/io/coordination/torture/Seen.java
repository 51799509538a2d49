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
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import io.coordination.torture.History.Hold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What a run must have met at least once, else it has shown nothing. */
enum Seen {
    WAITED(history -> count(history, What.ACQUIRE, Type.OK)),
    WAIT_OVER(history -> count(history, What.ACQUIRE, Type.FAIL)),
    HELD_BESIDE_ANOTHER(Seen::together),
    GRANTED_AFTER_A_DEATH_OR_LOSS(Seen::afterLoss),
    LOSS_TOLD(history -> history.all(What.LOST).count()),
    LEADER_CHANGED(Seen::leaders),
    MEMBER_GONE(history -> history.all(What.LEFT).count()),
    PART_TAKEN_OVER(Seen::takenOver),
    OUTCOME_UNKNOWN(history -> count(history, What.ACQUIRE, Type.INFO)),
    STALE_WRITE_REFUSED(history -> history.all(What.WRITE)
            .filter(write -> write.process().equals("judge") && write.type() == Type.FAIL)
            .count()),
    SESSION_OPENED_AGAIN(history -> history.all(What.STATE)
            .filter(state -> state.value().equals("LOST"))
            .count());

    private final ToLongFunction<History> count;

    Seen(ToLongFunction<History> count) {
        this.count = count;
    }

    /** How often. */
    long in(History history) {
        return count.applyAsLong(history);
    }

    /** What a store with such promises can be made to show. */
    static Set<Seen> wanted(Promises promises) {
        var wanted = EnumSet.allOf(Seen.class);
        if (promises.has(Characteristic.NON_TIMEOUT_BASED)) {
            wanted.removeAll(Set.of(OUTCOME_UNKNOWN, STALE_WRITE_REFUSED, SESSION_OPENED_AGAIN));
        }
        if (!promises.has(Characteristic.FENCING)) {
            wanted.remove(STALE_WRITE_REFUSED);
        }
        return wanted;
    }

    private static long count(History history, What what, Type type) {
        return history.all(what).filter(event -> event.type() == type).count();
    }

    /** Readers, and those who share permits. */
    private static long together(History history) {
        var count = 0L;
        Map<String, Long> last = new HashMap<>();
        for (var hold : history.holds()) {
            if (hold.on().equals("shared") || hold.on().equals("permits")) {
                count += hold.got() < last.getOrDefault(hold.on(), Long.MIN_VALUE) ? 1 : 0;
                last.merge(hold.on(), hold.seen(), Math::max);
            }
        }
        return count;
    }

    private static long afterLoss(History history) {
        var count = 0L;
        for (var ofName : history.holds().stream()
                .filter(Hold::isExclusive)
                .collect(Collectors.groupingBy(Hold::on))
                .values()) {
            for (var i = 1; i < ofName.size(); i++) {
                var before = ofName.get(i - 1);
                count += before.releasing() == History.NEVER
                                && !before.process().equals(ofName.get(i).process())
                        ? 1
                        : 0;
            }
        }
        return count;
    }

    private static long leaders(History history) {
        return Math.max(
                0,
                history.holds().stream()
                                .filter(Hold::isLeadership)
                                .map(Hold::process)
                                .distinct()
                                .count()
                        - 1);
    }

    private static long takenOver(History history) {
        var count = 0L;
        for (var part : Worker.PARTS) {
            var owners = new ArrayList<>(history.all(What.OWN)
                    .filter(event -> event.on().equals(part) && event.type() == Type.INVOKE)
                    .sorted(Comparator.comparingLong(Event::at))
                    .map(Event::process)
                    .toList());
            count += Math.max(0, List.copyOf(owners).stream().distinct().count() - 1);
        }
        return count;
    }
}
