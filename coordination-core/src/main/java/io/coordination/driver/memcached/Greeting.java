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

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Sees that it is memcached that answers, before the client talks with it: the client makes room for whatever length it reads
 * where one should be. With TLS a certificate has said so.
 */
final class Greeting {

    private static final int HEADER = 24;
    private static final byte REQUEST = (byte) 0x80;
    private static final byte ANSWER = (byte) 0x81;
    private static final byte VERSION = 0x0b;
    private static final int OPAQUE = 0x636f6f72;
    private static final int LONGEST = 1024;

    private Greeting() {}

    /** Leaves a server that can not be reached, or is silent, to the client, which is more patient. */
    static void exchange(Settings settings) {
        var millis = (int) settings.patience().toMillis();
        try (var socket = new Socket()) {
            socket.connect(settings.address(), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(HEADER)
                            .put(REQUEST)
                            .put(VERSION)
                            .putInt(12, OPAQUE)
                            .array());
            var header = new DataInputStream(socket.getInputStream()).readNBytes(HEADER);
            if (header.length > 0 && !isAnswer(header)) {
                throw new StoreException(
                        Reason.UNREACHABLE,
                        "what answers at " + settings.host() + ":" + settings.port()
                                + " is no memcached that speaks the binary protocol; mend host and port of the URL");
            }
        } catch (IOException unreached) {
            // The client finds out, too.
        }
    }

    private static boolean isAnswer(byte[] header) {
        var fields = ByteBuffer.wrap(header);
        return header.length == HEADER
                && header[0] == ANSWER
                && header[1] == VERSION
                && fields.getInt(12) == OPAQUE
                && fields.getInt(8) >= 0
                && fields.getInt(8) <= LONGEST;
    }
}
