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
package io.coordination.driver.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.NastyNames;
import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTests {

    @ParameterizedTest
    @CsvSource({
        "report, report",
        "alarm-42_x.y@z, alarm-42_x.y@z",
        "Lock, +lock",
        "sample-app@host:4711-7c9e, sample-app@host%3a4711-7c9e",
        "a b, a%20b",
        "é, %c3%a9",
        "a/b, a%2fb",
        "., %2e",
        ".., %2e%2e",
        ".hidden, %2ehidden",
        "a., a%2e",
        "-n, %2dn",
        "a~1, a%7e1",
        "+a, %2ba",
        "nul, %6eul",
        "con.txt, %63on.txt",
        "com1, %63om1",
        "console, console",
        "CON, +c+o+n"
    })
    void namesStayReadable(String name, String file) {
        assertThat(FileNames.encode(name)).isEqualTo(file);
        assertThat(FileNames.decode(file)).hasValue(name);
    }

    @ParameterizedTest
    @MethodSource("io.coordination.spi.NastyNames#allowed")
    void everyFileNameIsSafe(String name) {
        safe(FileNames.encode(name));
    }

    @ParameterizedTest
    @MethodSource("io.coordination.spi.NastyNames#allowed")
    void everyNameIsDecodedOrWasShortened(String name) {
        var file = FileNames.encode(name);

        if (file.contains("~")) {
            assertThat(file).hasSizeBetween(180, 200).matches(".*~[0-9a-f]{32}");
            assertThat(FileNames.decode(file)).isEmpty();
        } else {
            assertThat(FileNames.decode(file)).hasValue(name);
        }
    }

    @Test
    void nameIsShortenedOnlyWhenItsFileNameWouldBeTooLong() {
        assertThat(FileNames.encode("x".repeat(200))).isEqualTo("x".repeat(200));
        assertThat(FileNames.encode("x".repeat(201))).hasSize(200).startsWith("x".repeat(167) + "~");
        assertThat(FileNames.encode("X".repeat(100))).isEqualTo("+x".repeat(100));
        assertThat(FileNames.encode("X".repeat(101))).hasSize(199).startsWith("+x".repeat(83) + "~");
        assertThat(FileNames.encode("é".repeat(34))).startsWith("%c3%a9".repeat(27) + "%c3~");
    }

    @Test
    void noTwoNastyNamesShareAFileWhereCaseIsIgnored() {
        var seen = new HashMap<String, String>();
        for (var name : NastyNames.allowed()) {
            assertThat(seen.put(FileNames.encode(name).toLowerCase(Locale.ROOT), name))
                    .isNull();
        }
    }

    @Test
    void noTwoOf100000RandomNamesShareAFileWhereCaseIsIgnored() {
        var random = new Random(4);
        var seen = new HashMap<String, String>();
        var distinct = 0;
        while (distinct < 100_000) {
            var name = randomName(random);
            if (name.isBlank()) {
                continue;
            }
            var file = FileNames.encode(name);
            safe(file);
            var other = seen.put(file.toLowerCase(Locale.ROOT), name);
            if (other == null) {
                distinct++;
            } else {
                assertThat(other).isEqualTo(name);
            }
            if (!file.contains("~")) {
                assertThat(FileNames.decode(file)).hasValue(name);
            }
        }
    }

    @Test
    void longNamesThatDifferInOneCharacterDoNotShareAFile() {
        var seen = new HashMap<String, Integer>();
        for (var i = 0; i < 255; i++) {
            var name = new StringBuilder("x".repeat(255));
            name.setCharAt(i, 'X');
            assertThat(seen.put(FileNames.encode(name.toString()), i)).isNull();
        }
    }

    @Test
    void filesOfNastyNamesExistSideBySide(@TempDir Path directory) throws IOException {
        for (var name : NastyNames.allowed()) {
            var file = directory.resolve(FileNames.encode(name));
            assertThat(file.normalize().getParent()).isEqualTo(directory);
            Files.createFile(file);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).hasSameSizeAs(NastyNames.allowed());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".driver_lock",
                "Report",
                "a b",
                "+",
                "%",
                "%2",
                "%zz",
                "%C3%A9",
                "%61",
                "%c3",
                "%ff",
                "+1",
                "++",
                "a~",
                "é",
                "a.",
                "nul",
                "-n",
                "a/b",
                "%00",
                "+é",
                "a%0ab",
                "%ed%a0%80"
            })
    void fileThatIsNotOursIsNotDecoded(String file) {
        assertThat(FileNames.decode(file)).isEmpty();
    }

    @Test
    void nameThatIsNotAllowedIsRefused() {
        for (var name : new String[] {"", " ", "a\u0000", "\uD800", "x".repeat(256)}) {
            assertThatExceptionOfType(StoreException.class).isThrownBy(() -> FileNames.encode(name));
        }
    }

    private static void safe(String file) {
        assertThat(file)
                .matches("[a-z0-9_%+@][a-z0-9_%+@.~-]*")
                .doesNotEndWith(".")
                .hasSizeLessThanOrEqualTo(200)
                .isEqualTo(file.toLowerCase(Locale.ROOT))
                .isEqualTo(Normalizer.normalize(file, Normalizer.Form.NFKD))
                .doesNotMatch("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
    }

    private static String randomName(Random random) {
        var alphabet = "abAB01.-_+%~ /\\:éÉßıİ日";
        return random.ints(1 + random.nextInt(random.nextInt(20) == 0 ? 250 : 8), 0, alphabet.length())
                .mapToObj(i -> String.valueOf(alphabet.charAt(i)))
                .collect(Collectors.joining());
    }
}
