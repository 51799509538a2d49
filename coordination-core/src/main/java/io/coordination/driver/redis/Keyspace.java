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
package io.coordination.driver.redis;

import io.coordination.spi.Key;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Where things are. What tooz has is where tooz has it: {@code _tooz_<lock>_lock}, {@code _tooz_leader_of_<group>_lock},
 * {@code _tooz_groups}, {@code _tooz_group:<group>}, {@code _tooz_beats:<member>}. All else begins with {@code _tooz:}.
 *
 * <p>A name that means something else in these keys (a lock {@code leader_of_x}, {@code group:x} or {@code beats:x}, a member
 * {@code __created__}) is written as {@code %%} and its bytes in hexadecimal, and so is one that begins with {@code %%}.
 */
final class Keyspace {

    private static final String TOOZ = "_tooz";
    private static final String ENCODED = "%%";
    private static final String LEADER = "leader_of_";
    private static final String CREATED = "__created__";
    private static final List<String> OTHER_KEYS = List.of(LEADER, "group:", "beats:", ENCODED);

    private final String prefix;
    private final byte[] prefixBytes;
    private final byte[] token;

    /** In a cluster all keys of a namespace are in one slot, that of the namespace. */
    Keyspace(String namespace, boolean cluster) {
        var name = namespace.isEmpty() ? TOOZ : namespace;
        this.prefix = cluster ? "{" + name + "}" : name;
        this.prefixBytes = bytes(prefix);
        this.token = bytes(prefix + ":token");
    }

    byte[] prefix() {
        return prefixBytes;
    }

    /** The key that exists while a lock or leadership is held. */
    byte[] lock(Key key) {
        return bytes(prefix + "_" + line(key) + "_lock");
    }

    byte[] lineKey(Key key) {
        return bytes(prefix + ":line:" + line(key));
    }

    byte[] mark(Key lock) {
        return bytes(prefix + ":mark:" + line(lock));
    }

    /** The counter of tokens, one for the whole namespace. */
    byte[] token() {
        return token;
    }

    byte[] groups() {
        return bytes(prefix + "_groups");
    }

    byte[] group(Key group) {
        return bytes(prefix + "_group:" + group.name());
    }

    /** The hash that says whose session each member of a group is. */
    byte[] seats(Key group) {
        return bytes(prefix + ":members:" + group.name());
    }

    /** The field of a member in the hash of a group. */
    static byte[] field(String member) {
        return bytes(member.equals(CREATED) || member.startsWith(ENCODED) ? encode(member) : member);
    }

    static String member(byte[] field) {
        return decode(text(field));
    }

    byte[] beats(String member) {
        return bytes(prefix + "_beats:" + text(field(member)));
    }

    byte[] beatsOwner(String member) {
        return bytes(prefix + ":beats:" + text(field(member)));
    }

    /** Both a session's key and the channel on which it is told of its claims. */
    byte[] session(String session) {
        return bytes(prefix + ":session:" + session);
    }

    /** The channel on which changes of a key are told. */
    byte[] changed(Key key) {
        return bytes(
                prefix + ":changed:" + (key.kind() == Key.Kind.GROUP ? "group:" + key.name() : "line:" + line(key)));
    }

    private static String line(Key key) {
        if (key.kind() == Key.Kind.LEADER) {
            return LEADER + key.name();
        }
        for (var other : OTHER_KEYS) {
            if (key.name().startsWith(other)) {
                return encode(key.name());
            }
        }
        return key.name();
    }

    private static String encode(String name) {
        return ENCODED + HexFormat.of().formatHex(bytes(name));
    }

    private static String decode(String name) {
        try {
            return name.startsWith(ENCODED) ? text(HexFormat.of().parseHex(name.substring(ENCODED.length()))) : name;
        } catch (IllegalArgumentException foreign) {
            return name;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return prefix;
    }
}
