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

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads MessagePack within the limits of {@link CapabilitiesCodec}. */
final class CapabilitiesReader {

    private int keys;

    private CapabilitiesReader() {}

    /** Members of tooz without capabilities write {@code None} or an empty {@code bytes}, and may write any other value. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> read(byte[] bytes) {
        var value = new CapabilitiesReader().whole(bytes, 1);
        if (value == null || value instanceof byte[] none && none.length == 0) {
            return Map.of();
        }
        return value instanceof Map ? (Map<String, Object>) value : Map.of("value", value);
    }

    private @Nullable Object whole(byte[] bytes, int depth) {
        var in = ByteBuffer.wrap(bytes);
        var value = value(in, depth);
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("more follows behind the end of the value");
        }
        return value;
    }

    private @Nullable Object value(ByteBuffer in, int depth) {
        var type = in.get() & 0xff;
        if (type < 0x80 || type >= 0xe0) {
            return (long) (byte) type;
        }
        if (type < 0x90) {
            return map(in, type & 0x0f, depth);
        }
        if (type < 0xa0) {
            return list(in, type & 0x0f, depth);
        }
        if (type < 0xc0) {
            return text(in, type & 0x1f);
        }
        return switch (type) {
            case 0xc0 -> null;
            case 0xc2 -> false;
            case 0xc3 -> true;
            case 0xc4 -> bytes(in, unsigned(in, 1));
            case 0xc5 -> bytes(in, unsigned(in, 2));
            case 0xc6 -> bytes(in, unsigned(in, 4));
            case 0xc7 -> extension(in, unsigned(in, 1), depth);
            case 0xc8 -> extension(in, unsigned(in, 2), depth);
            case 0xc9 -> extension(in, unsigned(in, 4), depth);
            case 0xca -> (double) in.getFloat();
            case 0xcb -> in.getDouble();
            case 0xcc -> unsigned(in, 1);
            case 0xcd -> unsigned(in, 2);
            case 0xce -> unsigned(in, 4);
            case 0xcf -> unsigned(in.getLong());
            case 0xd0 -> (long) in.get();
            case 0xd1 -> (long) in.getShort();
            case 0xd2 -> (long) in.getInt();
            case 0xd3 -> in.getLong();
            case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extension(in, 1L << (type - 0xd4), depth);
            case 0xd9 -> text(in, unsigned(in, 1));
            case 0xda -> text(in, unsigned(in, 2));
            case 0xdb -> text(in, unsigned(in, 4));
            case 0xdc -> list(in, unsigned(in, 2), depth);
            case 0xdd -> list(in, unsigned(in, 4), depth);
            case 0xde -> map(in, unsigned(in, 2), depth);
            case 0xdf -> map(in, unsigned(in, 4), depth);
            default -> throw new IllegalArgumentException("there is no type " + Integer.toHexString(type));
        };
    }

    private Map<String, Object> map(ByteBuffer in, long size, int depth) {
        enter(in, 2 * size, depth);
        count(size);
        var map = new LinkedHashMap<String, Object>();
        for (var i = 0; i < size; i++) {
            var key = value(in, depth + 1);
            var name = key instanceof byte[] utf8 ? new String(utf8, StandardCharsets.UTF_8) : String.valueOf(key);
            map.put(name, value(in, depth + 1));
        }
        return Collections.unmodifiableMap(map);
    }

    private List<Object> list(ByteBuffer in, long size, int depth) {
        enter(in, size, depth);
        var list = new ArrayList<>();
        for (var i = 0; i < size; i++) {
            list.add(value(in, depth + 1));
        }
        return Collections.unmodifiableList(list);
    }

    private static String text(ByteBuffer in, long length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(in, length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text is not UTF-8");
        }
    }

    private static byte[] bytes(ByteBuffer in, long length) {
        var bytes = new byte[available(in, length)];
        in.get(bytes);
        return bytes;
    }

    /** The types of oslo.serialization that have a readable form; of any other only its number and length. */
    private Object extension(ByteBuffer in, long length, int depth) {
        available(in, length + 1);
        var type = in.get();
        var content = bytes(in, length);
        if (type == 4 || type == 5) {
            if (!(inner(content, depth) instanceof List<?> elements)) {
                throw new IllegalArgumentException("there is a set that is no list of elements");
            }
            count(elements.size());
            return Collections.unmodifiableSet(new LinkedHashSet<>(elements));
        }
        try {
            return switch (type) {
                case 0 -> uuid(new String(content, StandardCharsets.US_ASCII));
                case 1, 6 -> dateTime((Map<?, ?>) Objects.requireNonNull(inner(content, depth)));
                case 7 ->
                    date((Map<?, ?>) Objects.requireNonNull(inner(content, depth)))
                            .toString();
                default -> unknown(type, length);
            };
        } catch (RuntimeException e) {
            // A date that makes no sense is no reason to lose all the rest.
            return unknown(type, length);
        }
    }

    /** The value within an extension is no extension itself: only lists and maps nest, which are counted. */
    private @Nullable Object inner(byte[] content, int depth) {
        if (content.length > 0 && isExtension(content[0] & 0xff)) {
            throw new IllegalArgumentException("there is a set or a date that is another one");
        }
        return whole(content, depth);
    }

    private static boolean isExtension(int type) {
        return type >= 0xc7 && type <= 0xc9 || type >= 0xd4 && type <= 0xd8;
    }

    private static String unknown(byte type, long length) {
        return "ext(" + type + ", " + length + " bytes)";
    }

    private static String uuid(String hex) {
        var high = Long.parseUnsignedLong(hex, 0, 16, 16);
        return new UUID(high, Long.parseUnsignedLong(hex, 16, 32, 16)).toString();
    }

    private static String dateTime(Map<?, ?> fields) {
        var local = date(fields)
                .atTime(field(fields, "hour"), field(fields, "minute"), field(fields, "second"))
                .plusNanos(1_000L * field(fields, "microsecond"));
        return fields.get("tz") == null ? local.toString() : local + "[" + fields.get("tz") + "]";
    }

    private static LocalDate date(Map<?, ?> fields) {
        return LocalDate.of(field(fields, "year"), field(fields, "month"), field(fields, "day"));
    }

    private static int field(Map<?, ?> fields, String name) {
        return ((Number) Objects.requireNonNull(fields.get(name))).intValue();
    }

    private static long unsigned(ByteBuffer in, int bytes) {
        return switch (bytes) {
            case 1 -> in.get() & 0xff;
            case 2 -> in.getShort() & 0xffff;
            default -> in.getInt() & 0xffff_ffffL;
        };
    }

    private static Number unsigned(long number) {
        return number >= 0 ? (Number) number : new BigInteger(Long.toUnsignedString(number));
    }

    private static void enter(ByteBuffer in, long leastBytes, int depth) {
        if (depth > CapabilitiesCodec.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "they are nested deeper than " + CapabilitiesCodec.MAX_DEPTH + " levels");
        }
        available(in, leastBytes);
    }

    private void count(long more) {
        keys += (int) more;
        if (keys > CapabilitiesCodec.MAX_KEYS) {
            throw new IllegalArgumentException("they have more than " + CapabilitiesCodec.MAX_KEYS + " keys");
        }
    }

    private static int available(ByteBuffer in, long length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }
}
