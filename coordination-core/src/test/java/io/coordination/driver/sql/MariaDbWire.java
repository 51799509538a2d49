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
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The packets of MySQL's protocol, which are numbered within a request and its answer. A statement is prepared when it comes for the
 * first time, in the same trip where the server can do that, which is not counted as a request.
 */
final class MariaDbWire implements FaultProxy.Protocol {

    private static final int HEADER = 4;
    private static final int QUERY = 0x03;
    private static final int PREPARE = 0x16;
    private static final int EXECUTE = 0x17;
    /** Quits, sends long data, closes a statement. */
    private static final Set<Integer> UNANSWERED = Set.of(0x01, 0x18, 0x19);

    private static final int LAST = -1;
    private static final long OPEN = 1;

    private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final Map<Integer, String> prepared = new ConcurrentHashMap<>();

    @Override
    public FaultProxy.Protocol ofConnection() {
        return new MariaDbWire();
    }

    @Override
    public byte[] read(DataInputStream from) throws IOException {
        var header = new byte[HEADER];
        from.readFully(header);
        var length = header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
        var packet = new byte[HEADER + length];
        System.arraycopy(header, 0, packet, 0, HEADER);
        from.readFully(packet, HEADER, length);
        return packet;
    }

    @Override
    public FaultProxy.Request request(byte[] packet, boolean first) {
        var command = packet[3] != 0 || packet.length == HEADER ? 0x01 : packet[HEADER];
        if (UNANSWERED.contains((int) command)) {
            return new FaultProxy.Request(NONE, "");
        }
        var text = new String(packet, HEADER + 1, packet.length - HEADER - 1, StandardCharsets.ISO_8859_1);
        if (command == PREPARE) {
            prepared.put(LAST, text);
            unanswered.add(text);
            return new FaultProxy.Request(NONE, "");
        }
        unanswered.add("");
        return switch (command) {
            case QUERY -> new FaultProxy.Request(OPEN, call(text));
            case EXECUTE -> new FaultProxy.Request(OPEN, call(prepared.getOrDefault(number(packet, HEADER + 1), "")));
            default -> new FaultProxy.Request(NONE, "");
        };
    }

    private static String call(String text) {
        if (text.contains("INSERT IGNORE INTO `coordination_record`") || text.contains("SELECT GET_LOCK(")) {
            return "claim";
        }
        return text.contains("DELETE FROM `coordination_record`") || text.contains("SELECT RELEASE_LOCK(")
                ? "release"
                : "other";
    }

    @Override
    public long answered(byte[] packet, boolean first) {
        if (packet[3] != 1) {
            return NONE;
        }
        var text = unanswered.poll();
        if (text == null || text.isEmpty()) {
            return OPEN;
        }
        if (packet[HEADER] == 0) {
            prepared.put(number(packet, HEADER + 1), text);
        }
        return NONE;
    }

    private static int number(byte[] packet, int at) {
        return ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }
}
