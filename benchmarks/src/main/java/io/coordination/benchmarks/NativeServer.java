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
package io.coordination.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/** A server that is a program of the system. */
final class NativeServer implements Arena.Server {

    private final Process process;
    private final Path directory;
    private final int port;

    /** Starts it; the command is made for a port and a directory. */
    NativeServer(BiFunction<String, Path, List<String>> command) throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.directory = Files.createTempDirectory("comparison");
        this.process = new ProcessBuilder(command.apply(String.valueOf(port), directory))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitReady();
    }

    private void awaitReady() {
        for (var tries = 0; ; tries++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                if (tries == 1000 || !process.isAlive()) {
                    throw new IllegalStateException("the server does not start", notYet);
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    @Override
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public Duration cpu() {
        return Companion.cpu(process.toHandle());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
