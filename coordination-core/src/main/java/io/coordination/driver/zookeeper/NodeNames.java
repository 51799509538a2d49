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
package io.coordination.driver.zookeeper;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;

/**
 * Turns names into names of nodes and back. A plain name stays as tooz writes it; one that ZooKeeper does not allow, or that
 * means something else in the tree, becomes {@code %%} and its text with {@code %XX} for the bytes that can not stay. A plain
 * name that begins with {@code %%} is encoded too, so no two names share a node.
 */
final class NodeNames {

    private static final String ENCODED = "%%";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private NodeNames() {}

    /** The node of a name that is one node, whatever it contains. */
    static String encode(String name, Set<String> reserved) {
        return isPlain(name) && !reserved.contains(name) ? name : escape(name);
    }

    /** The path of a lock below the locks: a plain name with slashes is a path, as tooz makes it. */
    static String encodeLock(String name) {
        for (var part : name.split("/", -1)) {
            if (!isPlain(part) || Contender.parse(part) != null) {
                return escape(name);
            }
        }
        return name;
    }

    /** The name of a node; a node that is not one of ours is its own name. */
    static String decode(String node) {
        if (!node.startsWith(ENCODED)) {
            return node;
        }
        var bytes = ByteBuffer.allocate(node.length() * 4);
        try {
            for (var i = ENCODED.length(); i < node.length(); i++) {
                if (node.charAt(i) == '%') {
                    bytes.put((byte) HexFormat.fromHexDigits(node, i + 1, i + 3));
                    i += 2;
                } else {
                    bytes.put(String.valueOf(node.charAt(i)).getBytes(StandardCharsets.UTF_8));
                }
            }
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException | IllegalArgumentException | IndexOutOfBoundsException foreign) {
            return node;
        }
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && !name.startsWith(ENCODED)
                && name.chars().allMatch(c -> isLegal(c) && c != '/');
    }

    private static String escape(String name) {
        var out = new StringBuilder(ENCODED);
        var last = name.offsetByCodePoints(name.length(), -1);
        var plain = isPlain(name);
        for (var i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            var c = name.codePointAt(i);
            // Of a name that is only reserved the last character gives way, so that it ends unlike what it resembles.
            var stays = c < 0x10000 && isLegal(c) && c != '/' && c != '%' && !(plain && i == last);
            if (stays && !isDots(name)) {
                out.appendCodePoint(c);
                continue;
            }
            for (var b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                out.append('%').append(HEX.toHexDigits(b));
            }
        }
        return out.toString();
    }

    private static boolean isDots(String name) {
        return name.equals(".") || name.equals("..");
    }

    /** What ZooKeeper allows within the name of a node. */
    private static boolean isLegal(int c) {
        return c > 0x1f && !(c >= 0x7f && c <= 0x9f) && !(c >= 0xd800 && c <= 0xf8ff) && c < 0xfff0;
    }
}
