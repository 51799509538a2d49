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
package io.coordination.driver.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A member written in Python, with the distribution's tooz. */
final class ToozProcess implements AutoCloseable {

    private static final String PYTHON = "/usr/bin/python3";

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private ToozProcess(Process process) {
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Where tooz is not installed the tests are skipped, unless servers are required. */
    static void requireInstalled() throws Exception {
        var installed = Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import tooz, kazoo")
                                .start()
                                .waitFor()
                        == 0;
        if ("required".equals(System.getProperty("coordination.servers"))) {
            assertThat(installed)
                    .as("python3-tooz and python3-kazoo are installed")
                    .isTrue();
        }
        Assumptions.assumeTrue(installed, "needs python3-tooz and python3-kazoo");
    }

    static ToozProcess start(String url, String member) throws Exception {
        var script = Path.of(ToozProcess.class.getResource("tooz_peer.py").toURI());
        var tooz = new ToozProcess(new ProcessBuilder(PYTHON, script.toString(), url, member)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        assertThat(tooz.answer()).isEqualTo("\"ready\"");
        return tooz;
    }

    /** The answer to a command, as JSON. */
    String ask(String command) {
        send(command);
        return answer();
    }

    CompletableFuture<String> later(String command) {
        send(command);
        return CompletableFuture.supplyAsync(this::answer);
    }

    private void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private String answer() {
        try {
            var line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the process ended");
            }
            return line;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
