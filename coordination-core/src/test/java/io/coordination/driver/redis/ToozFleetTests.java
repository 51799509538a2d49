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
package io.coordination.driver.redis;

import static io.coordination.contract.Contract.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Members written with this library and with Python's tooz 3.1, in the same groups. That version writes the names of locks and
 * of leaderships as Python shows bytes, {@code b'_tooz'_b'x'_lock}, which a namespace and a name of ours can be, too.
 */
class ToozFleetTests {

    private static final String PYTHON = "/usr/bin/python3";

    private static RedisServer server;

    private Coordinator java;
    private Process python;
    private BufferedReader answers;
    private Writer commands;

    @BeforeAll
    static void startServer() throws Exception {
        var installed = Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import tooz, kazoo, redis")
                                .start()
                                .waitFor()
                        == 0;
        if ("required".equals(System.getProperty("coordination.servers"))) {
            assertThat(installed).as("python3-tooz is installed").isTrue();
        }
        Assumptions.assumeTrue(installed, "needs python3-tooz, python3-kazoo and python3-redis");
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        server.plain().flushall();
        java = member("java-1", "");
        var script = Path.of(ToozFleetTests.class
                .getResource("/io/coordination/driver/zookeeper/tooz_peer.py")
                .toURI());
        python = new ProcessBuilder(PYTHON, script.toString(), server.url() + "?timeout=3", "python-1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = python.inputReader(StandardCharsets.UTF_8);
        commands = python.outputWriter(StandardCharsets.UTF_8);
        assertThat(answers.readLine()).isEqualTo("\"ready\"");
    }

    @AfterEach
    void close() {
        java.close();
        python.destroyForcibly().onExit().join();
    }

    private static Coordinator member(String id, String namespace) {
        return Coordinator.builder()
                .url(server.url())
                .memberId(id)
                .namespace(namespace)
                .sessionTimeout(Duration.ofSeconds(3))
                .open();
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            return answers.readLine();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Test
    void membersSeeEachOtherWithCapabilities() {
        assertThat(ask("create see")).isEqualTo("null");
        ask("join see {\"weight\":3,\"zone\":\"a\"}");
        java.group("see").join(Map.of("weight", 2));
        assertThat(ask("members see"))
                .isEqualTo("{\"java-1\":{\"weight\":2},\"python-1\":{\"weight\":3,\"zone\":\"a\"}}");
        assertThat(java.group("see").members()).extracting(Member::id).containsExactlyInAnyOrder("python-1", "java-1");
        assertThat(java.group("see").member("python-1").orElseThrow().capabilities())
                .isEqualTo(Map.of("weight", 3L, "zone", "a"));
        assertThat(java.groups()).containsExactly("see");
        assertThat(ask("groups")).isEqualTo("[\"see\"]");
        java.group("see").leave();
        assertThat(ask("members see")).isEqualTo("{\"python-1\":{\"weight\":3,\"zone\":\"a\"}}");
    }

    @Test
    void memberOfEitherKindThatDiesIsGoneForTheOther() throws Exception {
        java.group("die").join();
        ask("join die {}");
        eventually("both", () -> java.group("die").members().size() == 2);
        python.destroyForcibly().waitFor();
        eventually(
                "ours alone",
                () -> java.group("die").members().stream()
                        .map(Member::id)
                        .toList()
                        .equals(List.of("java-1")));
    }

    @Test
    void memberOfOursStaysAsLongAsItLives() {
        java.group("stay").join();
        var start = System.nanoTime();
        eventually("longer than a lease", () -> {
            assertThat(ask("members stay")).contains("java-1");
            return System.nanoTime() - start > Duration.ofSeconds(4).toNanos();
        });
    }

    @Test
    void lockTakenByEitherKeepsTheOtherOut() throws Exception {
        try (var old = member("java-2", "b'_tooz'")) {
            var lock = old.lock("b'turns'");
            assertThat(ask("try turns")).isEqualTo("true");
            assertThat(lock.tryAcquire()).isEmpty();
            ask("release turns");
            try (var lease = lock.tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
                assertThat(ask("try turns")).isEqualTo("false");
            }
            try (var lease = lock.shared().tryAcquire().orElseThrow()) {
                assertThat(lease.isValid()).isTrue();
                assertThat(ask("try turns")).isEqualTo("false");
            }
            assertThat(ask("try turns")).isEqualTo("true");
            python.destroyForcibly().waitFor();
            assertThat(lock.tryAcquire(Duration.ofSeconds(20))).isPresent();
        }
    }

    @Test
    void partitionedGroupHasTheSameOwnersOnBothSides() {
        ask("create parts");
        ask("partition parts 3");
        java.group("parts").join(Map.of("weight", 2));
        var partitioner = java.partitioner("parts");
        eventually("two", () -> partitioner.ring().members().size() == 2);
        eventually("python sees", () -> ask("owners parts 200").contains("java-1"));
        var ours = IntStream.range(0, 1000)
                .mapToObj(i -> "\"" + partitioner.owner("key-" + i).orElseThrow() + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(ask("owners parts 1000")).isEqualTo(ours);
    }
}
