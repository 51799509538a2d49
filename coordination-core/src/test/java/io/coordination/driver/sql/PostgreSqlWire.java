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
package io.coordination.driver.sql;

import io.coordination.contract.FaultProxy;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The frames of PostgreSQL's protocol, version 3. A request is all that goes before the server is asked to answer. */
final class PostgreSqlWire implements FaultProxy.Protocol {

    private static final int PARSE = 'P';
    private static final int BIND = 'B';
    private static final int SYNC = 'S';
    private static final int QUERY = 'Q';
    private static final int READY = 'Z';
    private static final long OPEN = 1;

    /** The texts of statements that the server keeps, by their names. */
    private final Map<String, String> kept = new ConcurrentHashMap<>();

    @Override
    public byte[] read(DataInputStream from) throws IOException {
        var type = from.readUnsignedByte();
        var out = new ByteArrayOutputStream();
        message(from, type, out);
        if (type == PARSE || type == BIND) {
            for (var next = 0; next != SYNC; ) {
                next = from.readUnsignedByte();
                message(from, next, out);
            }
        }
        return out.toByteArray();
    }

    private static void message(DataInputStream from, int type, ByteArrayOutputStream out) throws IOException {
        out.write(type);
        var length = new byte[4];
        // The first message of a connection has no type, and its length is less than 2^24.
        from.readFully(length, type == 0 ? 1 : 0, type == 0 ? 3 : 4);
        out.write(length, type == 0 ? 1 : 0, type == 0 ? 3 : 4);
        var left = ByteBuffer.wrap(length).getInt() - 4;
        if (left < 0 || left > 64 << 20) {
            throw new EOFException("a message of " + left + " bytes");
        }
        out.write(from.readNBytes(left));
    }

    @Override
    public FaultProxy.Request request(byte[] frame, boolean first) {
        if (frame[0] != PARSE && frame[0] != BIND && frame[0] != QUERY) {
            return new FaultProxy.Request(NONE, "");
        }
        return new FaultProxy.Request(OPEN, call(frame));
    }

    private String call(byte[] frame) {
        var text = new String(frame, StandardCharsets.ISO_8859_1);
        if (frame[0] == PARSE) {
            var end = text.indexOf(0, 5);
            var name = text.substring(5, end);
            if (!name.isEmpty()) {
                kept.put(name, text);
            }
        } else if (frame[0] == BIND) {
            var portal = text.indexOf(0, 5);
            var name = text.substring(portal + 1, text.indexOf(0, portal + 1));
            text = kept.getOrDefault(name, "");
        }
        if (text.contains("INSERT INTO \"coordination_record\"") || text.contains("pg_try_advisory_lock(")) {
            return "claim";
        }
        return text.contains("DELETE FROM \"coordination_record\"") || text.contains("SELECT pg_advisory_unlock(")
                ? "release"
                : "other";
    }

    @Override
    public long answered(byte[] frame, boolean first) {
        return frame[0] == READY ? OPEN : NONE;
    }
}
