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
package io.coordination.driver.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.driver.file.PeerProcess;
import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of one host that were told nothing about one another. */
class IpcProcessTests {

    @TempDir
    Path directory;

    @Test
    void processesMeetWithoutBeingToldWhere() throws IOException {
        try (var one = process("ipc://", "one");
                var two = process("ipc://", "two");
                var other = process("ipc://other", "other")) {
            var micros = Clock.SYSTEM.wallMillis() * 1000;
            var held = one.ask("claim x").split(" ");
            assertThat(held[0]).isEqualTo("held");
            assertThat(Long.parseLong(held[1]))
                    .as("token, after the time of day")
                    .isGreaterThan(micros - 60_000_000);
            assertThat(two.ask("claim x")).isEqualTo("waiting");
            assertThat(other.ask("claim x")).as("of another name").startsWith("held");
            one.ask("release x");
            assertThat(two.ask("await x")).startsWith("held " + (Long.parseLong(held[1]) + 1) + " ");
        }
    }

    @Test
    void directoryThatSomebodyElsePreparedIsRefused() throws IOException {
        var base = Files.createDirectory(directory.resolve("coordination-" + System.getProperty("user.name")));
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> process("ipc://", "one"))
                .withMessageStartingWith("REFUSED")
                .withMessageContaining(base.toString());
        assertThat(base).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc:///path", "ipc://name/path", "ipc://a,b", "ipc://name:1", "ipc://user@name"})
    void urlWithMoreThanANameIsRefused(String url) {
        var target = new Target(StoreUrl.parse(url), "m", "", Duration.ofSeconds(10), null);
        var with = new Surroundings(Clock.SYSTEM, (delay, task) -> () -> {}, Runnable::run);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> new IpcDriver().open(target, with, new Silent()))
                .withMessageContaining("ipc://name")
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.BAD_URL);
    }

    private PeerProcess process(String url, String member) throws IOException {
        return PeerProcess.start(url, member, "-Djava.io.tmpdir=" + directory);
    }

    private static final class Silent implements SessionEvents {

        @Override
        public void live() {}

        @Override
        public void suspended(Duration belief) {}

        @Override
        public void lost(String reason) {}

        @Override
        public void lost(Key key, long id, String reason) {}
    }
}
