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

import java.util.Locale;

/**
 * What a call is about. The name has been checked by {@link Names#check}; two different keys never share a record.
 *
 * @param kind the kind
 * @param name the name as the user gave it
 */
public record Key(Kind kind, String name) {

    /** The kinds of things a store keeps. */
    public enum Kind {
        /** A lock. */
        LOCK,
        /** The leadership of a group. */
        LEADER,
        /** A group and its members. */
        GROUP
    }

    /**
     * The key of a lock.
     *
     * @param name its name
     * @return the key
     */
    public static Key lock(String name) {
        return new Key(Kind.LOCK, Names.check("lock", name));
    }

    /**
     * The key of the leadership of a group.
     *
     * @param group the group's name
     * @return the key
     */
    public static Key leader(String group) {
        return new Key(Kind.LEADER, Names.check("group", group));
    }

    /**
     * The key of a group.
     *
     * @param name its name
     * @return the key
     */
    public static Key group(String name) {
        return new Key(Kind.GROUP, Names.check("group", name));
    }

    /** {@return the kind and the name, safe for a log} */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " '" + Names.printable(name) + "'";
    }
}
