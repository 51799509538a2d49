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
import java.nio.charset.StandardCharsets;

/** The packets of MySQL's protocol, which are numbered within a request and its answer. */
final class MariaDbWire implements FaultProxy.Protocol {

    private static final int HEADER = 4;
    private static final int QUERY = 3;
    private static final long OPEN = 1;

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
        if (packet[3] != 0 || packet.length == HEADER || packet[HEADER] != QUERY) {
            return new FaultProxy.Request(NONE, "");
        }
        var text = new String(packet, StandardCharsets.ISO_8859_1);
        return new FaultProxy.Request(OPEN, call(text));
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
        return packet[3] == 1 ? OPEN : NONE;
    }
}
