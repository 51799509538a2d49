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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class FencedFilesTests {

    private record Note(String text) {}

    @TempDir
    private Path directory;

    private FencedFiles files;

    @BeforeEach
    void open() {
        files = open(directory.resolve("base"));
    }

    private static FencedFiles open(Path base) {
        return new FencedFiles(base, "store", JsonMapper.builder().build());
    }

    @Test
    void whatWasWrittenIsReadWithItsToken() {
        assertThat(files.write("summary", 7, new Note("first"))).isTrue();

        assertThat(files.read("summary", Note.class)).contains(new FencedFiles.Fenced<>(7, new Note("first")));
    }

    @Test
    void nothingIsReadBeforeSomethingWasWritten() {
        assertThat(files.read("summary", Note.class)).isEmpty();
    }

    @Test
    void oneHolderWritesAsOftenAsItLikes() {
        files.write("summary", 7, new Note("first"));

        assertThat(files.write("summary", 7, new Note("second"))).isTrue();
        assertThat(files.read("summary", Note.class)).contains(new FencedFiles.Fenced<>(7, new Note("second")));
    }

    @Test
    void whoComesBackWithASmallerTokenIsRefused() {
        files.write("summary", 8, new Note("the new leader's"));

        assertThat(files.write("summary", 7, new Note("the old leader's"))).isFalse();
        assertThat(files.read("summary", Note.class))
                .contains(new FencedFiles.Fenced<>(8, new Note("the new leader's")));
    }

    @Test
    void theGreatestTokenIsRememberedOverAStart() {
        files.write("summary", 8, new Note("before"));

        assertThat(open(directory.resolve("base")).write("summary", 7, new Note("after")))
                .isFalse();
    }

    @Test
    void filesDoNotFenceEachOther() {
        files.write("alarm-a", 8, new Note("a"));

        assertThat(files.write("alarm-b", 1, new Note("b"))).isTrue();
        assertThat(files.names("alarm-")).containsExactlyInAnyOrder("alarm-a", "alarm-b");
    }

    @Test
    void theGreatestTokenWinsWhoeverComesFirst() throws Exception {
        var others = open(directory.resolve("base"));
        var last = new AtomicLong();
        var threads = Executors.newFixedThreadPool(4);
        try {
            LongStream.range(0, 400)
                    .forEach(i -> threads.execute(() -> (i % 2 == 0 ? files : others).write("race", i * 7 % 400, i)));
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        files.read("race", Long.class).ifPresent(race -> last.set(race.token()));
        assertThat(last).hasValue(399);
    }

    @Test
    void theDirectoryIsForThisUserAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("base"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aLinkThatSomebodyPutThereIsRefused() throws IOException {
        var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        var link = Files.createSymbolicLink(directory.resolve("link"), elsewhere);

        assertThatIllegalStateException().isThrownBy(() -> open(link)).withMessageContaining("set sample.directory");
    }
}
