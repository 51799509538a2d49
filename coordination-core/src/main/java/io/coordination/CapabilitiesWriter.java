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
package io.coordination;

import io.coordination.spi.Names;
import java.math.BigInteger;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes MessagePack in its shortest forms, as {@code msgpack.packb(value, use_bin_type=True)} does. */
final class CapabilitiesWriter {

    private ByteBuffer out = ByteBuffer.allocate(CapabilitiesCodec.MAX_BYTES);
    private int keys;

    byte[] write(Map<?, ?> capabilities) {
        map(capabilities, "capabilities", 1);
        return written();
    }

    private void value(@Nullable Object value, String path, int depth) {
        if (value == null) {
            out.put((byte) 0xc0);
        } else if (value instanceof Boolean bool) {
            out.put((byte) (bool ? 0xc3 : 0xc2));
        } else if (value instanceof String text) {
            text(text, path);
        } else if (value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long) {
            integer(((Number) value).longValue());
        } else if (value instanceof BigInteger number) {
            integer(number, path);
        } else if (value instanceof Double || value instanceof Float) {
            floating(((Number) value).doubleValue(), path);
        } else if (value instanceof byte[] bytes) {
            header(bytes.length, 0, -1, 0xc4, 0xc5);
            out.put(bytes);
        } else if (value instanceof Map<?, ?> map) {
            map(map, path, depth);
        } else if (value instanceof Set<?> set) {
            set(set, path, depth);
        } else if (value instanceof Collection<?> list) {
            list(list.toArray(), path, depth);
        } else {
            throw bad(
                    path,
                    "is a " + value.getClass().getName() + "; allowed are String, Boolean, whole numbers, double,"
                            + " byte[], List, Set, Map and null");
        }
    }

    private void integer(long number) {
        if (number >= -32 && number < 128) {
            out.put((byte) number);
        } else if (number >= 0) {
            if (number <= 0xff) {
                out.put((byte) 0xcc).put((byte) number);
            } else if (number <= 0xffff) {
                out.put((byte) 0xcd).putShort((short) number);
            } else if (number <= 0xffff_ffffL) {
                out.put((byte) 0xce).putInt((int) number);
            } else {
                out.put((byte) 0xcf).putLong(number);
            }
        } else if (number >= Byte.MIN_VALUE) {
            out.put((byte) 0xd0).put((byte) number);
        } else if (number >= Short.MIN_VALUE) {
            out.put((byte) 0xd1).putShort((short) number);
        } else if (number >= Integer.MIN_VALUE) {
            out.put((byte) 0xd2).putInt((int) number);
        } else {
            out.put((byte) 0xd3).putLong(number);
        }
    }

    private void integer(BigInteger number, String path) {
        if (number.bitLength() < Long.SIZE) {
            integer(number.longValue());
        } else if (number.signum() > 0 && number.bitLength() == Long.SIZE) {
            out.put((byte) 0xcf).putLong(number.longValue());
        } else {
            throw bad(path, "is a whole number of more than 64 bits");
        }
    }

    private void floating(double number, String path) {
        if (!Double.isFinite(number)) {
            throw bad(path, "is " + number + "; only finite numbers are allowed");
        }
        out.put((byte) 0xcb).putDouble(number);
    }

    private void text(String text, String path) {
        if (text.length() > out.remaining()) {
            throw new BufferOverflowException();
        }
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (!new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            throw bad(path, "has half of a surrogate pair, so it is not valid Unicode");
        }
        header(utf8.length, 0xa0, 31, 0xd9, 0xda);
        out.put(utf8);
    }

    private void map(Map<?, ?> map, String path, int depth) {
        descend(path, depth);
        // Taken once, because the map may be changed by others meanwhile.
        var entries = map.entrySet().toArray(Map.Entry<?, ?>[]::new);
        count(entries.length);
        header(entries.length, 0x80, 15, 0, 0xde);
        for (var entry : entries) {
            if (!(entry.getKey() instanceof String key)) {
                throw bad(path, "has a key that is no String");
            }
            text(key, path);
            value(entry.getValue(), path + "." + Names.excerpt(key), depth + 1);
        }
    }

    private void list(Object[] elements, String path, int depth) {
        descend(path, depth);
        header(elements.length, 0x90, 15, 0, 0xdc);
        for (var i = 0; i < elements.length; i++) {
            value(elements[i], path + "[" + i + "]", depth + 1);
        }
    }

    /** An extension of oslo.serialization, of type 4, around a list. */
    private void set(Set<?> set, String path, int depth) {
        var elements = set.toArray();
        count(elements.length);
        var outer = out;
        out = ByteBuffer.allocate(outer.remaining());
        list(elements, path, depth);
        var list = written();
        out = outer;
        if (Integer.bitCount(list.length) == 1 && list.length <= 16) {
            out.put((byte) (0xd4 + Integer.numberOfTrailingZeros(list.length)));
        } else {
            header(list.length, 0, -1, 0xc7, 0xc8);
        }
        out.put((byte) 4).put(list);
    }

    /** A length: within the first byte, in one byte of its own, or in two. More do not fit the limit. */
    private void header(int length, int within, int mostWithin, int one, int two) {
        if (length > out.remaining()) {
            throw new BufferOverflowException();
        }
        if (length <= mostWithin) {
            out.put((byte) (within | length));
        } else if (one != 0 && length <= 0xff) {
            out.put((byte) one).put((byte) length);
        } else {
            out.put((byte) two).putShort((short) length);
        }
    }

    private void count(int more) {
        keys += more;
        if (keys > CapabilitiesCodec.MAX_KEYS || keys < 0) {
            throw new IllegalArgumentException("the capabilities have more than " + CapabilitiesCodec.MAX_KEYS
                    + " keys in all their maps and sets; use fewer");
        }
    }

    private static void descend(String path, int depth) {
        if (depth > CapabilitiesCodec.MAX_DEPTH) {
            throw bad(path, "is nested deeper than " + CapabilitiesCodec.MAX_DEPTH + " levels, or contains itself");
        }
    }

    private byte[] written() {
        return Arrays.copyOf(out.array(), out.position());
    }

    private static IllegalArgumentException bad(String path, String rule) {
        return new IllegalArgumentException("the value of " + path + " " + rule);
    }
}
