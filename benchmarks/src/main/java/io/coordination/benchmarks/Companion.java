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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Java process beside the one that measures. It ends with its input. */
final class Companion implements AutoCloseable {

    private final Process process;
    private final BufferedReader said;

    Companion(Class<?> main, String... args) throws IOException {
        this(System.getProperty("java.class.path"), main, args);
    }

    Companion(String classPath, Class<?> main, String... args) throws IOException {
        var command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElse("java"), "-cp", classPath, main.getName()));
        command.addAll(List.of(args));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    void tell(String what) throws IOException {
        process.outputWriter().write(what + "\n");
        process.outputWriter().flush();
    }

    /** What it says next, after a word by which it is known; libraries talk, too. */
    String hear(String word) throws IOException {
        var line = said.readLine();
        while (line != null && !line.startsWith(word + " ")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the process ended before it said " + word);
        }
        return line.substring(word.length() + 1);
    }

    /** {@return the time that it and the processes it started had a processor} */
    Duration cpu() {
        return cpu(process.toHandle());
    }

    static Duration cpu(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .flatMap(each -> each.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
