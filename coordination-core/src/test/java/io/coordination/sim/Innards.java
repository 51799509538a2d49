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
package io.coordination.sim;

import io.coordination.Coordinator;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks for what a coordinator that is at rest must not have left behind inside. */
final class Innards {

    private Innards() {}

    /** {@return how many local lines, leases and waiters there are, for people} */
    static String leftovers(Coordinator coordinator) {
        var keeper = field(coordinator, "keeper");
        var tenure = field(keeper, "current");
        return count("local lines", field(field(field(coordinator, "locks"), "lines"), "lines"))
                + count("waiters for a session", field(keeper, "waiters"))
                + count("waiters in a session", field(tenure, "waiters"))
                + count("leases", coordinator.leases());
    }

    private static String count(String what, Object found) {
        var size = found instanceof Map<?, ?> map ? map.size() : ((Collection<?>) found).size();
        return size == 0 ? "" : size + " " + what + " " + found + "; ";
    }

    private static Object field(@Nullable Object of, String name) {
        try {
            if (of != null) {
                var field = of.getClass().getDeclaredField(name);
                field.setAccessible(true);
                var value = field.get(of);
                if (value != null) {
                    return value;
                }
            }
            throw new AssertionError("nothing in " + name);
        } catch (ReflectiveOperationException gone) {
            throw new AssertionError("the core no longer has what this looks at", gone);
        }
    }
}
