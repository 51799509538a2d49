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
package io.coordination.driver.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@link Peer} in a Java process of its own. */
public final class PeerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private PeerProcess(Process process) {
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts one and waits until its session is open. */
    public static PeerProcess start(String url, String member, String... jvmOptions) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", classPath(), Peer.class.getName(), url, member));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("XDG_RUNTIME_DIR");
        var peer = new PeerProcess(builder.start());
        peer.expect("ready");
        return peer;
    }

    private static String classPath() {
        // Surefire may put the class path into a manifest.
        var real = System.getProperty("surefire.test.class.path");
        return real != null ? real : System.getProperty("java.class.path");
    }

    /** Sends a command and waits for the answer. */
    public String ask(String command) {
        send(command);
        return answer();
    }

    /** Sends a command whose answer is read later. */
    public void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer to the eldest command not yet answered. */
    public String answer() {
        try {
            for (var line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(Peer.ANSWER)) {
                    return line.substring(Peer.ANSWER.length());
                }
            }
            throw new IllegalStateException("the process ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public CompletableFuture<String> later(String command) {
        send(command);
        return CompletableFuture.supplyAsync(this::answer);
    }

    public long pid() {
        return process.pid();
    }

    /** {@code kill -9}; returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    public void stop() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    }

    private void expect(String answer) {
        var first = answer();
        if (!first.equals(answer)) {
            throw new IllegalStateException(first);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
