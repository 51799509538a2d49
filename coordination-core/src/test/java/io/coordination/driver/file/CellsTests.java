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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process writes that is killed in the middle is as if it had never been written. */
class CellsTests {

    private static final int SIZE = 128;
    private static final Cells CELLS = new Cells(0, SIZE);

    @TempDir
    Path directory;

    private final Random random = new Random(4711);
    private final List<RandomAccessFile> opened = new ArrayList<>();
    private OpenFile file;

    @BeforeEach
    void openFile() throws IOException {
        file = open(directory.resolve("file"));
    }

    @AfterEach
    void closeFiles() throws IOException {
        for (var each : opened) {
            each.close();
        }
    }

    @Test
    void newFileHasNothing() throws IOException {
        assertThat(CELLS.read(file)).isNull();
    }

    @Test
    void lastWriteIsReadAgain() throws IOException {
        for (var i = 0; i < 50; i++) {
            var bytes = bytes(i % 7 * 40);
            write(bytes);
            assertThat(read(file)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 60, SIZE - 36, SIZE - 35, 500})
    void firstWriteThatIsCutAnywhereWasNeverMade(int length) throws IOException {
        var before = image();
        write(bytes(length));
        forEachCut(before, image(), cut -> assertThat(read(cut)).isNull());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 60, SIZE - 36, SIZE - 35, 500})
    void writeThatIsCutAnywhereLeavesWhatWasBefore(int length) throws IOException {
        for (var earlier : new int[] {10, 400, 700, 0, 90}) {
            var old = bytes(earlier);
            write(old);
            var before = image();
            var next = bytes(length);
            write(next);
            forEachCut(before, image(), cut -> assertThat(read(cut)).isEqualTo(old));
            assertThat(read(file)).isEqualTo(next);
        }
    }

    @Test
    void writingGoesOnAfterACut() throws IOException {
        write(bytes(50));
        var old = bytes(300);
        write(old);
        var before = image();
        write(bytes(400));
        forEachCut(before, image(), cut -> {
            var again = bytes(350);
            CELLS.write(cut, CELLS.read(cut), again);
            assertThat(read(cut)).isEqualTo(again);
        });
    }

    @Test
    void fileDoesNotGrowForEver() throws IOException {
        for (var i = 0; i < 1_000; i++) {
            write(bytes(1_000 + i % 100));
        }
        assertThat(file.file().length()).isLessThan(4 * 1_100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "hello, world", "a text that somebody put here and that is longer than the places are"})
    void foreignFileIsRefusedAndLeftAsItIs(String text) throws IOException {
        var path = directory.resolve("foreign");
        Files.writeString(path, text.repeat(10));
        var foreign = open(path);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> CELLS.read(foreign))
                .withMessageContaining(path.toString())
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.FOREIGN_DATA);
        assertThat(path).hasContent(text.repeat(10));
    }

    @Test
    void fileThatIsCutOffIsRefusedRatherThanTakenForANewOne() throws IOException {
        write(bytes(60));
        write(bytes(60));
        var whole = image();
        for (var length = SIZE + 1; length < whole.length; length++) {
            var damaged = whole.clone();
            Arrays.fill(damaged, 20, 40, (byte) 7);
            var cut = restore(Arrays.copyOf(damaged, length));
            assertThatExceptionOfType(StoreException.class).isThrownBy(() -> CELLS.read(cut));
        }
    }

    private interface OnCut {
        void on(OpenFile file) throws IOException;
    }

    /** All the files that a process can leave that dies while it turns one image into another, from low to high offsets. */
    private void forEachCut(byte[] before, byte[] after, OnCut test) throws IOException {
        // A long text is written first, behind the places, and the place that points to it last.
        var order = new ArrayList<Integer>();
        for (var i = 2 * SIZE; i < after.length; i++) {
            order.add(i);
        }
        for (var i = 0; i < Math.min(2 * SIZE, after.length); i++) {
            order.add(i);
        }
        var image = before;
        for (var at : order) {
            if (at < image.length && image[at] == after[at]) {
                continue;
            }
            test.on(restore(image));
            image = Arrays.copyOf(image, Math.max(image.length, at + 1));
            image[at] = after[at];
        }
    }

    private OpenFile restore(byte[] image) throws IOException {
        var path = directory.resolve("cut");
        closeFiles();
        opened.clear();
        Files.write(path, image);
        var cut = open(path);
        file = open(directory.resolve("file"));
        return cut;
    }

    private OpenFile open(Path path) throws IOException {
        var access = new RandomAccessFile(path.toFile(), "rw");
        opened.add(access);
        return new OpenFile(path, access, null);
    }

    private void write(byte[] bytes) throws IOException {
        CELLS.write(file, CELLS.read(file), bytes);
    }

    private byte @Nullable [] read(OpenFile from) throws IOException {
        var content = CELLS.read(from);
        return content == null ? null : content.bytes();
    }

    private byte[] image() throws IOException {
        return Files.readAllBytes(file.path());
    }

    private byte[] bytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
