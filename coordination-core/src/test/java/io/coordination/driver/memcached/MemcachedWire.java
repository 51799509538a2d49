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
package io.coordination.driver.memcached;

import io.coordination.contract.FaultProxy;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The frames of the binary protocol. */
final class MemcachedWire implements FaultProxy.Protocol {

    private static final int HEADER = 24;
    private static final int ADD = 2;
    private static final int DELETE = 4;
    private static final int QUIT = 7;

    @Override
    public byte[] read(DataInputStream from) throws IOException {
        var header = new byte[HEADER];
        from.readFully(header);
        var body = ByteBuffer.wrap(header).getInt(8);
        if (body < 0 || body > 4 << 20) {
            throw new EOFException("a frame of " + body + " bytes");
        }
        var frame = new byte[HEADER + body];
        System.arraycopy(header, 0, frame, 0, HEADER);
        from.readFully(frame, HEADER, body);
        return frame;
    }

    @Override
    public FaultProxy.Request request(byte[] frame, boolean first) {
        var operation = frame[1];
        if (operation == QUIT) {
            return new FaultProxy.Request(NONE, "");
        }
        var call = operation == ADD ? "claim" : operation == DELETE ? "release" : "operation " + operation;
        return new FaultProxy.Request(id(frame), call);
    }

    @Override
    public long answered(byte[] frame, boolean first) {
        return id(frame);
    }

    private static long id(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(12);
    }
}
