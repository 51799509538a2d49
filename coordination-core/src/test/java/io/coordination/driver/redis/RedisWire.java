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

import io.coordination.contract.FaultProxy;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The protocol of Redis. Requests have no numbers but are answered in their order, so that they are counted; each direction of
 * a connection has a thread of its own.
 */
final class RedisWire implements FaultProxy.Protocol {

    /** The proxy knows a call by its literal. */
    private static final Map<String, String> SCRIPTS = Arrays.stream(Script.values())
            .collect(Collectors.toMap(Script::digest, script -> script.label().intern()));

    private final ThreadLocal<Long> asked = ThreadLocal.withInitial(() -> 0L);
    private final ThreadLocal<Long> answered = ThreadLocal.withInitial(() -> 0L);

    @Override
    public byte[] read(DataInputStream from) throws IOException {
        var frame = new ByteArrayOutputStream();
        readValue(from, frame);
        return frame.toByteArray();
    }

    private static void readValue(DataInputStream from, ByteArrayOutputStream frame) throws IOException {
        var type = from.readUnsignedByte();
        frame.write(type);
        var line = new StringBuilder();
        for (var next = from.readUnsignedByte(); ; next = from.readUnsignedByte()) {
            frame.write(next);
            if (next == '\n') {
                break;
            }
            line.append((char) next);
        }
        var text = line.toString().strip();
        switch (type) {
            case '$', '=', '!' -> {
                var length = Integer.parseInt(text);
                if (length >= 0) {
                    frame.writeBytes(from.readNBytes(length + 2));
                }
            }
            case '*', '~', '>' -> readValues(from, frame, Integer.parseInt(text));
            case '%' -> readValues(from, frame, 2 * Integer.parseInt(text));
            case '+', '-', ':', '_', '#', ',', '(' -> {}
            default -> throw new EOFException("a value that begins with " + (char) type);
        }
    }

    private static void readValues(DataInputStream from, ByteArrayOutputStream frame, int number) throws IOException {
        for (var i = 0; i < number; i++) {
            readValue(from, frame);
        }
    }

    @Override
    public FaultProxy.Request request(byte[] frame, boolean first) {
        var number = first ? 0 : asked.get() + 1;
        asked.set(number);
        // *3\r\n$7\r\nEVALSHA\r\n$40\r\n<digest>\r\n...
        var parts = new String(frame, StandardCharsets.ISO_8859_1).split("\r\n", 6);
        var command = parts[2].toUpperCase(Locale.ROOT);
        return switch (command) {
            case "HELLO", "AUTH", "CLIENT", "PING", "SELECT", "SUBSCRIBE", "UNSUBSCRIBE", "INFO", "SET", "CLUSTER" ->
                new FaultProxy.Request(NONE, command);
            case "EVALSHA" -> new FaultProxy.Request(number, SCRIPTS.getOrDefault(parts[4], command));
            default -> new FaultProxy.Request(number, command);
        };
    }

    @Override
    public long answered(byte[] frame, boolean first) {
        if (frame[0] == '>') {
            return NONE;
        }
        var number = first ? 0 : answered.get() + 1;
        answered.set(number);
        return number;
    }
}
