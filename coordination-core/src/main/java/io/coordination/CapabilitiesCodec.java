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

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Capabilities as bytes: MessagePack as Python's tooz writes and reads it through oslo.serialization.
 *
 * <p>Written by hand, because the MessagePack library for Java depends on {@code sun.misc.Unsafe}: from Java 24 on it prints
 * a warning in every application, and a stack trace where Java refuses it.
 */
final class CapabilitiesCodec {

    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_DEPTH = 16;

    /** Over all maps and sets of a value. So few can not be chosen to collide so badly that hashing them takes long. */
    static final int MAX_KEYS = 256;

    private CapabilitiesCodec() {}

    /**
     * Encodes texts, booleans, whole and finite floating-point numbers, {@code byte[]}, null, and lists, sets and maps of
     * these; the keys of maps are texts. Entries keep their order.
     *
     * @throws IllegalArgumentException for any other value, or one beyond the limits; the message says where it is
     */
    static byte[] encode(Map<String, ?> capabilities) {
        try {
            return new CapabilitiesWriter().write(capabilities);
        } catch (BufferOverflowException e) {
            throw new IllegalArgumentException(
                    "the capabilities have more than 64 KiB when encoded; make them smaller");
        }
    }

    /**
     * Decodes what any member wrote. Never fails, never creates anything but the values that {@link #encode} takes, and never
     * believes a length before it has seen the bytes. Whole numbers come as {@code Long}, those above its range as
     * {@code BigInteger}, floating-point numbers as {@code Double}; dates and UUIDs of Python as texts.
     */
    static Decoded decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return new Decoded(Map.of(), "the capabilities have " + bytes.length + " bytes; at most 64 KiB are read");
        }
        try {
            return new Decoded(CapabilitiesReader.read(bytes), null);
        } catch (BufferUnderflowException e) {
            return new Decoded(Map.of(), "the capabilities can not be read: they end too early");
        } catch (IllegalArgumentException e) {
            return new Decoded(Map.of(), "the capabilities can not be read: " + e.getMessage());
        }
    }

    /**
     * What could be read.
     *
     * @param values the capabilities, unmodifiable; empty when there is a problem
     * @param problem why they could not be read, null when they could
     */
    record Decoded(Map<String, Object> values, @Nullable String problem) {}
}
