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
package io.coordination.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** The application in a process of its own. */
final class Instance implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Look at http://localhost:([0-9]+)/");

    private final Process process;
    private final Path log;
    private final Thread atExit;
    private int port;

    /**
     * Starts one.
     *
     * @param directory where state and logs are
     * @param name what the log is called
     * @param url the store
     * @param options for Java
     */
    Instance(Path directory, String name, String url, String... options) {
        log = directory.resolve(name + ".log");
        try {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path")));
            command.addAll(List.of(options));
            command.addAll(List.of(
                    SampleApplication.class.getName(),
                    "--server.port=0",
                    "--coordination.url=" + url,
                    "--sample.directory=" + directory.resolve("state")));
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        // Also when the tests are ended from outside.
        atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    void awaitReady() {
        Awaitility.await()
                // Eight seconds of computing, on a machine that may have other things to do.
                .atMost(Duration.ofSeconds(150))
                .failFast(log(), () -> !process.isAlive())
                .until(() -> {
                    var ready = READY.matcher(log());
                    if (ready.find()) {
                        port = Integer.parseInt(ready.group(1));
                    }
                    return port > 0;
                });
    }

    Picture picture() {
        return get("/api/picture", Picture.class);
    }

    <T> T get(String path, Class<T> type) {
        return RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory())
                .baseUrl("http://localhost:" + port)
                .build()
                .get()
                .uri(path)
                .retrieve()
                .body(type);
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
    }

    /** {@code kill}. */
    void shutDown() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
