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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The resource that locks guard, in a process of its own that no fault befalls: takes a write unless it saw a greater token
 * of the same lock. Told not to look at tokens it takes all, and whoever looks at its history sees what a lock alone lets
 * happen.
 */
final class Judge {

    private final boolean fencing;
    private final Log log;
    private final Map<String, Long> greatest = new HashMap<>();

    Judge(boolean fencing, Log log) {
        this.fencing = fencing;
        this.log = log;
    }

    /** A write of one of a process's holds. */
    synchronized boolean write(String on, long token, String process, long hold) {
        var taken = !fencing || token >= greatest.getOrDefault(on, Long.MIN_VALUE);
        if (taken) {
            greatest.merge(on, token, Math::max);
        }
        log.add(hold, What.WRITE, taken ? Type.OK : Type.FAIL, on, token, process);
        return taken;
    }

    /** Arguments: whether it looks at tokens, and its history's file. Says its port, and ends with its input. */
    public static void main(String[] arguments) throws IOException {
        var judge = new Judge(Boolean.parseBoolean(arguments[0]), new Log("judge", Path.of(arguments[1])));
        var server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start(() -> judge.accept(server));
        System.out.println("ready " + server.getLocalPort());
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var words = line.split(" ");
                var taken = write(words[0], Long.parseLong(words[1]), words[2], Long.parseLong(words[3]));
                client.getOutputStream().write(taken ? '+' : '-');
            }
        } catch (IOException gone) {
            // A worker that was killed writes no more.
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "judge");
        thread.setDaemon(true);
        thread.start();
    }
}
