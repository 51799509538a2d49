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
package io.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coordination.contract.Decoding;
import io.coordination.driver.support.FileNames;
import io.coordination.spi.Names;
import io.coordination.spi.NastyNames;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.StoreUrl;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes from outside, on its seeds, or with {@code -Dfuzz=true} on whatever a fuzzer finds. */
class FuzzTests {

    private static final String SECRET = "s3cret";

    static Stream<Arguments> urls() {
        return Stream.of(
                        "redis://user:s3cret@h:6379/2?timeout=3s",
                        "REDIS://:s%40cret@[::1]?sentinel=a&sentinel_fallback=b",
                        "zookeeper://a:2181,b:2181/c?timeout=10s",
                        "zookeeper://a,,b",
                        "postgresql://u:p%40ss@[fe80::1%25eth0]:5432/db?ssl=false&schema=x",
                        "mariadb://user:s3cret@h@x/db",
                        "file:///var/lib/x%2e%2E%00",
                        "memory://x",
                        "redis://user:s3cret#@h:99999",
                        "://%%%?a=1&a=2")
                .map(text -> seed(text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("urls")
    @FuzzTest(maxDuration = "2m")
    void urlIsReadOrRefusedInOneLineWithoutItsPassword(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        try {
            var url = StoreUrl.parse(text);
            assertIsOneLine(url.toString());
            if (!url.equals(StoreUrl.parse(text))) {
                throw new AssertionError("read otherwise for the second time");
            }
            assertIsHidden(url.password().orElse(""), text, url.toString());
        } catch (StoreException refused) {
            assertIsOneLine(refused.getMessage());
            if (refused.reason() != Reason.BAD_URL && refused.reason() != Reason.BAD_OPTION) {
                throw refused;
            }
            assertIsHidden(SECRET, text, refused.getMessage());
        }
    }

    /** What stands in the URL once only, where the password is. */
    private static void assertIsHidden(String password, String url, String shown) {
        if (password.length() > 3
                && url.indexOf(password) == url.lastIndexOf(password)
                && url.contains(":" + password + "@")) {
            assertThat(shown).doesNotContain(password);
        }
    }

    static Stream<Arguments> names() {
        return NastyNames.allowed().stream().map(name -> seed(name.getBytes(StandardCharsets.UTF_16BE)));
    }

    @MethodSource("names")
    @FuzzTest(maxDuration = "2m")
    void nameIsTakenAsItIsOrRefusedInOneLine(byte[] input) {
        // Unlike a decoder, this lets halves of pairs through.
        var name = ByteBuffer.wrap(input).asCharBuffer().toString();
        try {
            assertIsSame(name, Names.check("lock", name));
            assertIsSame(name, FileNames.decode(FileNames.encode(name)).orElse(name));
        } catch (StoreException refused) {
            if (refused.reason() != Reason.BAD_NAME) {
                throw refused;
            }
            assertIsOneLine(refused.getMessage());
            if (refused.getMessage().length() > 400) {
                throw new AssertionError("a message too long", refused);
            }
        }
        assertIsOneLine(Names.printable(name));
    }

    static Stream<Arguments> capabilities() {
        var hex = HexFormat.of();
        var written = Stream.<Map<String, Object>>of(
                        Map.of(),
                        Map.of("a", 1, "b", List.of("x", 1.5, true), "c", Map.of("d", new byte[] {1, 2}, "e", -1L)))
                .map(CapabilitiesCodec::encode);
        var python = Stream.of("c0", "c400", "c70504" + "93010203", "d40500", "c90000000104" + "90")
                .map(hex::parseHex);
        return Stream.of(written, python, Stream.of(nestedSets()))
                .flatMap(all -> all)
                .map(FuzzTests::seed);
    }

    /** Sets of sets of sets, each of which is a whole value within the bytes of the one around it. */
    private static byte[] nestedSets() {
        var bytes = ByteBuffer.allocate(CapabilitiesCodec.MAX_BYTES);
        while (bytes.remaining() >= 6) {
            bytes.put((byte) 0xc9).putInt(bytes.remaining() - 5).put((byte) 4);
        }
        return bytes.array();
    }

    @MethodSource("capabilities")
    @FuzzTest(maxDuration = "2m")
    void capabilitiesAreReadOrShownAsUnreadable(byte[] input) {
        Decoding.bounded(input.length, () -> {
            var decoded = CapabilitiesCodec.decode(input);
            if (decoded.problem() != null && !decoded.values().isEmpty()) {
                throw new AssertionError("half read: " + decoded);
            }
        });
    }

    private static Arguments seed(byte[] bytes) {
        return Arguments.of((Object) bytes);
    }

    private static void assertIsSame(String expected, String actual) {
        if (!expected.equals(actual)) {
            assertThat(Names.printable(actual)).isEqualTo(Names.printable(expected));
        }
    }

    private static void assertIsOneLine(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new AssertionError("more than a line: " + Names.printable(text));
        }
    }
}
