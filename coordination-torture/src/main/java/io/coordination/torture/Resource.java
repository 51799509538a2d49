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
package io.coordination.torture;

import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One thread's line to the judge. */
final class Resource implements AutoCloseable {

    private final String process;
    private final Log log;
    private final Socket socket;

    Resource(String process, int port, Log log) throws IOException {
        this.process = process;
        this.log = log;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
    }

    /** Writes with a hold's token, whatever the judge says to it. */
    void write(String on, long token, long hold) throws IOException {
        log.add(hold, What.WRITE, Type.INVOKE, on, token, "");
        var line = on + " " + token + " " + process + " " + hold + "\n";
        socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        var answer = socket.getInputStream().read();
        log.add(hold, What.WRITE, answer == '+' ? Type.OK : answer == '-' ? Type.FAIL : Type.INFO, on, token, "");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
