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
package io.coordination.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.contract.Sized;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A model as it is must hold; and without any one part of the design it must not, or that part were there for nothing. */
@Tag("slow")
@Tag("torture")
class ModelTests {

    private static final String LEASE = "LeaseAndToken";
    private static final String HANDOVER = "PartitionHandover";

    private static final Arguments[] HOLDING = {
        Arguments.of(LEASE, "as it is", Map.of()), Arguments.of(HANDOVER, "as it is", Map.of()),
    };

    /** What is left of the promises; that takes minutes. */
    private static final Arguments[] HALVED = {
        Arguments.of(
                LEASE,
                "a store that forgets who holds, but not the tokens",
                Map.of("Durable", "FALSE", "INVARIANTS", "NoStaleWrite TokensRise")),
        Arguments.of(
                LEASE,
                "one that grants nothing for a lease after it forgot",
                Map.of("Durable", "FALSE", "Quiet", "TRUE", "INVARIANTS", "OneBeliever")),
        Arguments.of(
                HANDOVER,
                "members that believe too long, before a resource that checks",
                Map.of("EndsInTime", "FALSE", "INVARIANTS", "NoStaleWrite")),
    };

    static final Arguments[] BROKEN = {
        Arguments.of(LEASE, "a lease counted from the answer", Map.of("FromSend", "FALSE"), "OneBeliever"),
        Arguments.of(LEASE, "releases that are not checked", Map.of("Checked", "FALSE"), "OneBeliever"),
        Arguments.of(LEASE, "a store that forgets who holds", Map.of("Durable", "FALSE"), "OneBeliever"),
        Arguments.of(LEASE, "a store that forgets the last token", Map.of("Counts", "FALSE"), "TokensRise"),
        Arguments.of(LEASE, "a resource that does not check", Map.of("Fenced", "FALSE"), "NoStaleWrite"),
        Arguments.of(HANDOVER, "views alone", Map.of("INVARIANTS", "OneOwner"), "OneOwner"),
        Arguments.of(HANDOVER, "work without a hold", Map.of("HoldsFirst", "FALSE"), "OneWorker"),
        Arguments.of(
                HANDOVER,
                "work without a hold, before a resource that does not check",
                Map.of("HoldsFirst", "FALSE", "Fenced", "FALSE", "INVARIANTS", "NoStaleWrite"),
                "NoStaleWrite"),
        Arguments.of(HANDOVER, "a resource that does not check", Map.of("Fenced", "FALSE"), "NoStaleWrite"),
        Arguments.of(HANDOVER, "members that believe too long", Map.of("EndsInTime", "FALSE"), "OneWorker"),
        Arguments.of(HANDOVER, "holds that are kept", Map.of("LetsGo", "FALSE"), "Temporal properties"),
    };

    private static final Map<String, Map<String, String>> FULL = Map.of(
            LEASE, Map.of("END", "4", "GRANTS", "3"),
            HANDOVER, Map.of("P", "2", "CHANGES", "3"));

    /** What the shortest ways to the known violations need. */
    private static final Map<String, Map<String, String>> ENOUGH =
            Map.of(LEASE, Map.of("END", "3", "GRANTS", "3"), HANDOVER, Map.of());

    static Stream<Arguments> holding() {
        return Stream.concat(Stream.of(HOLDING), Sized.Size.isFull() ? Stream.of(HALVED) : Stream.empty());
    }

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("holding")
    void promisesHoldInEveryState(String model, String what, Map<String, String> changes) throws Exception {
        var sizes = changes.isEmpty() ? FULL : ENOUGH;
        assertThat(check(model, Sized.Size.isFull() ? sizes.get(model) : Map.of(), changes))
                .contains("No error has been found", "0 states left on queue");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @FieldSource("BROKEN")
    void withoutAPartOfTheDesignAPromiseIsBroken(String model, String what, Map<String, String> changes, String promise)
            throws Exception {
        assertThat(check(model, ENOUGH.get(model), changes))
                .containsPattern("Error: (Invariant )?" + promise + " (is|were) violated");
    }

    private String check(String model, Map<String, String> sizes, Map<String, String> changes)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve(model + ".tla"), resource(model + ".tla"));
        var configuration = changed(changed(resource(model + ".cfg"), sizes), changes);
        Files.writeString(directory.resolve(model + ".cfg"), configuration);
        var checker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        Sized.Size.isFull() ? "-XX:+UseParallelGC" : "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "tlc2.TLC",
                        "-workers",
                        "auto",
                        model)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            checker.getOutputStream().close();
            var said = new String(checker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            checker.waitFor();
            return said;
        } finally {
            checker.destroyForcibly();
        }
    }

    /** The lines of a configuration that begin with a word, {@code Word = value} or {@code WORDS value}, with other values. */
    private static String changed(String configuration, Map<String, String> changes) {
        var result = configuration;
        for (var change : changes.entrySet()) {
            var line = "(?m)^( *" + change.getKey() + " (= )?).*$";
            assertThat(result).containsPattern(line);
            result = result.replaceAll(line, "$1" + change.getValue());
        }
        return result;
    }

    private static String resource(String name) throws IOException {
        try (var in = ModelTests.class.getResourceAsStream("/models/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
