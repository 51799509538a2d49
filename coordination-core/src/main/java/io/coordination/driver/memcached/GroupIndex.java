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
package io.coordination.driver.memcached;

import io.coordination.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of all groups, because memcached can not list its keys: one key, changed by compare-and-swap. A name may be there
 * without its group for a moment, so who reads it looks whether the group is; a group without its name gets it back when a
 * member renews.
 */
final class GroupIndex {

    private static final String HEADER = "coordination groups";

    private final Connection connection;
    private final String key;
    /** As it was last seen; only a write proves that it still is so. */
    private volatile Seen seen = new Seen(Set.of(), null);

    private record Seen(Set<String> names, Connection.@Nullable Item item) {}

    GroupIndex(Connection connection, Layout layout) {
        this.connection = connection;
        this.key = layout.groups();
    }

    Connection.Asked<Set<String>> read() {
        var asked = connection.get(key);
        return () -> see(asked.get());
    }

    private Set<String> see(Connection.@Nullable Item item) {
        seen = item == null ? new Seen(Set.of(), null) : new Seen(decode(item.bytes()), item);
        return seen.names();
    }

    /** Sends what puts a name in, which is certain when the answer was waited for. */
    Connection.Asked<Boolean> put(String name) {
        var before = seen;
        if (before.names().contains(name)) {
            var asked = read();
            return () -> asked.get().contains(name) || putAnyway(name);
        }
        var write = write(before, with(before.names(), name));
        return () -> write.get() != 0 || putAnyway(name);
    }

    private boolean putAnyway(String name) {
        while (!read().get().contains(name)) {
            var before = seen;
            if (write(before, with(before.names(), name)).get() != 0) {
                return true;
            }
        }
        return true;
    }

    /** Takes out the name of a group that was deleted, unless it was created again. */
    void remove(String name, String record) {
        while (read().get().contains(name)) {
            var before = seen;
            var names = new LinkedHashSet<>(before.names());
            names.remove(name);
            if (connection.get(record).get() != null) {
                return;
            }
            var write = write(before, names);
            var again = connection.get(record);
            if (write.get() != 0) {
                if (again.get() != null) {
                    putAnyway(name);
                }
                return;
            }
        }
    }

    private Connection.Asked<Long> write(Seen before, Set<String> names) {
        var bytes = encode(names);
        var item = before.item();
        var asked = item == null ? connection.add(key, 0, bytes) : connection.replace(key, 0, bytes, item.cas());
        return () -> {
            var cas = asked.get();
            if (cas != 0) {
                seen = new Seen(names, new Connection.Item(bytes, cas));
            }
            return cas;
        };
    }

    private static Set<String> with(Set<String> names, String name) {
        var all = new LinkedHashSet<>(names);
        all.add(name);
        return all;
    }

    private static byte[] encode(Set<String> names) {
        return (HEADER + '\n' + String.join("\n", names)).getBytes(StandardCharsets.UTF_8);
    }

    static Set<String> decode(byte[] bytes) {
        var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new StoreException(
                    StoreException.Reason.FOREIGN_DATA,
                    "what memcached has as the list of groups was not written by this library, and is left alone");
        }
        return new LinkedHashSet<>(lines.subList(1, lines.size()));
    }
}
