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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessagePack;

class CapabilitiesCodecTests {

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void mapsAreWrittenAsToozWritesThem() {
        assertThat(hex(Map.of())).isEqualTo("80");
        assertThat(hex(Map.of("weight", 1))).isEqualTo("81a677656967687401");
        assertThat(hex(Map.of("weight", 5))).isEqualTo("81a677656967687405");
        assertThat(hex(Map.of("f", 1.5))).isEqualTo("81a166cb3ff8000000000000");
        assertThat(hex(Map.of("n", Map.of("w", 300)))).isEqualTo("81a16e81a177cd012c");
        assertThat(hex(Map.of("i", -1))).isEqualTo("81a169ff");
        assertThat(hex(Map.of("s", Set.of(1)))).isEqualTo("81a173d5049101");
        assertThat(hex(Map.of("l", List.of(1, 2)))).isEqualTo("81a16c920102");
        assertThat(hex(Map.of("b", true, "é", "日本").entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new))))
                .isEqualTo("82a162c3a2c3a9a6e697a5e69cac");
        assertThat(hex(Map.of("b", new byte[] {0, -1}))).isEqualTo("81a162c40200ff");
        assertThat(hex(Map.of("s", "x".repeat(31)))).isEqualTo("81a173bf" + "78".repeat(31));
        assertThat(hex(Map.of("s", "x".repeat(32)))).isEqualTo("81a173d920" + "78".repeat(32));
        assertThat(hex(Map.of("s", "x".repeat(256)))).isEqualTo("81a173da0100" + "78".repeat(256));
        assertThat(hex(Map.of("s", Set.of()))).isEqualTo("81a173d40490");
        assertThat(hex(Map.of("s", Set.of("abc")))).isEqualTo("81a173c7050491a3616263");
        assertThat(hex(Map.of("l", IntStream.range(0, 16).boxed().toList())))
                .isEqualTo("81a16cdc0010000102030405060708090a0b0c0d0e0f");
        assertThat(hex(Collections.singletonMap("k", null))).isEqualTo("81a16bc0");
    }

    @Test
    void entriesKeepTheirOrder() {
        var capabilities = new LinkedHashMap<String, Object>();
        capabilities.put("role", "evaluator");
        capabilities.put("zone", "a");

        assertThat(hex(capabilities)).isEqualTo("82a4726f6c65a96576616c7561746f72a47a6f6e65a161");
        assertThat(read("82a47a6f6e65a161a4726f6c65a96576616c7561746f72").keySet())
                .containsExactly("zone", "role");
    }

    @ParameterizedTest
    @CsvSource({
        "-32, e0",
        "-33, d0df",
        "-128, d080",
        "-129, d1ff7f",
        "-32768, d18000",
        "-32769, d2ffff7fff",
        "-2147483648, d280000000",
        "-2147483649, d3ffffffff7fffffff",
        "-9223372036854775808, d38000000000000000",
        "0, 00",
        "127, 7f",
        "128, cc80",
        "255, ccff",
        "256, cd0100",
        "65535, cdffff",
        "65536, ce00010000",
        "4294967295, ceffffffff",
        "4294967296, cf0000000100000000",
        "9223372036854775807, cf7fffffffffffffff",
        "9223372036854775808, cf8000000000000000",
        "18446744073709551615, cfffffffffffffffff"
    })
    void wholeNumbersHaveTheBytesOfPython(BigInteger number, String bytes) {
        var expected = number.bitLength() < 64 ? (Object) number.longValue() : number;

        assertThat(hex(Map.of("i", number))).isEqualTo("81a169" + bytes);
        assertThat(read("81a169" + bytes)).isEqualTo(Map.of("i", expected));
        if (expected instanceof Long) {
            assertThat(hex(Map.of("i", expected))).isEqualTo("81a169" + bytes);
        }
    }

    @Test
    void memberOfToozWithoutCapabilitiesHasNone() {
        assertThat(read("c0")).isEmpty();
        assertThat(read("c400")).isEmpty();
        assertThat(read("80")).isEmpty();
    }

    @Test
    void valueThatIsNoMapIsShownAsValue() {
        assertThat(read("a378797a")).isEqualTo(Map.of("value", "xyz"));
        assertThat(read("c3")).isEqualTo(Map.of("value", true));
        assertThat(read("920102")).isEqualTo(Map.of("value", List.of(1L, 2L)));
        assertThat((byte[]) read("c40378797a").get("value")).containsExactly('x', 'y', 'z');
    }

    @Test
    void nullIsAValue() {
        assertThat(read("81a16bc0")).isEqualTo(Collections.singletonMap("k", null));
    }

    @Test
    void keysOfPythonThatAreNoTextsBecomeTexts() {
        assertThat(read("810102")).isEqualTo(Map.of("1", 2L));
        assertThat(read("81c4016ba176")).isEqualTo(Map.of("k", "v"));
        assertThat(read("81c0c3")).isEqualTo(Map.of("null", true));
    }

    @Test
    void laterOneOfTwoEqualKeysCounts() {
        assertThat(read("82a16101a16102")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void setsOfPythonAreSets() {
        assertThat(read("81a173d5049101")).isEqualTo(Map.of("s", Set.of(1L)));
        assertThat(read("81a173d5059101")).isEqualTo(Map.of("s", Set.of(1L)));
        assertThat(read("81a173d60491920102")).isEqualTo(Map.of("s", Set.of(List.of(1L, 2L))));
    }

    @ParameterizedTest
    @CsvSource({
        "c720003030303030303030303030303030303030303030303030303030303030303035, 00000000-0000-0000-0000-000000000005",
        "c7380187a364617916a56d6f6e74680ba479656172cd07eaa4686f757203a66d696e75746504a67365636f6e6405ab6d6963726f7365636f6e6406"
                + ", 2026-11-22T03:04:05.000006",
        "c73f0188a364617916a56d6f6e74680ba479656172cd07eaa4686f757203a66d696e75746504a67365636f6e6405ab6d6963726f7365636f6e6406"
                + "a2747aa3555443, 2026-11-22T03:04:05.000006[UTC]",
        "c7150783a479656172cd07eaa56d6f6e746801a364617902, 2026-01-02",
        "c70302920302, 'ext(2, 3 bytes)'",
        "d44201, 'ext(66, 1 bytes)'",
        "d6ff00000000, 'ext(-1, 4 bytes)'",
        "c70001, 'ext(1, 0 bytes)'",
        "d40701, 'ext(7, 1 bytes)'",
        "d40780, 'ext(7, 1 bytes)'",
        "c7020078ff, 'ext(0, 2 bytes)'"
    })
    void otherTypesOfPythonAreReadable(String bytes, String text) {
        assertThat(read("81a174" + bytes)).isEqualTo(Map.of("t", text));
    }

    @Test
    void shortFloatingNumbersAreRead() {
        assertThat(read("81a166ca3fc00000")).isEqualTo(Map.of("f", 1.5));
        assertThat(hex(Map.of("f", 1.5f))).isEqualTo("81a166cb3ff8000000000000");
    }

    @Test
    void whatIsWrittenIsRead() {
        var capabilities = Map.of(
                "weight",
                3L,
                "zones",
                List.of("a", "b"),
                "nested",
                Map.of("set", Set.of("x", "y"), "d", -0.25, "no", false));

        assertThat(CapabilitiesCodec.decode(CapabilitiesCodec.encode(capabilities)))
                .isEqualTo(new CapabilitiesCodec.Decoded(Map.copyOf(capabilities), null));
    }

    @Test
    void resultsCanNotBeChanged() {
        var capabilities = read("82a16c9101a173d5049101");

        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(capabilities::clear);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(((List<?>) capabilities.get("l"))::clear);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(((Set<?>) capabilities.get("s"))::clear);
    }

    @Test
    void valueOfAnotherTypeIsRefusedAndItsPlaceNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Map.of("a", List.of(1, Map.of("b", new Date())))))
                .withMessageStartingWith("the value of capabilities.a[1].b is a java.util.Date; allowed are String, ");
        assertThatIllegalArgumentException().isThrownBy(() -> hex(Map.of("a", new Object[0])));
        assertThatIllegalArgumentException().isThrownBy(() -> hex(Map.of("a", 'c')));
    }

    @Test
    void numberThatIsNotFiniteIsRefused() {
        for (var number : List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.NaN)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> hex(Map.of("f", number)))
                    .withMessage("the value of capabilities.f is " + number + "; only finite numbers are allowed");
        }
    }

    @Test
    void wholeNumberOfMoreThan64BitsIsRefused() {
        for (var number : List.of(
                BigInteger.ONE.shiftLeft(64),
                BigInteger.ONE.shiftLeft(63).negate().subtract(BigInteger.ONE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> hex(Map.of("i", number)))
                    .withMessage("the value of capabilities.i is a whole number of more than 64 bits");
        }
    }

    @Test
    void keyThatIsNoTextIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Map.of("a", Map.of(1, 2))))
                .withMessage("the value of capabilities.a has a key that is no String");
        assertThatIllegalArgumentException().isThrownBy(() -> hex(Collections.singletonMap(null, 1)));
    }

    @Test
    void textThatIsNotUnicodeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Map.of("a", "\uDC00")))
                .withMessage("the value of capabilities.a has half of a surrogate pair, so it is not valid Unicode");
        assertThatIllegalArgumentException().isThrownBy(() -> hex(Map.of("\uD800", 1)));
    }

    @Test
    void nullInPlaceOfTheMapIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> CapabilitiesCodec.encode(null));
    }

    @Test
    void messageShowsLongAndStrangeKeysSafely() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Map.of("\n" + "k".repeat(1000), Double.NaN)))
                .withMessage("the value of capabilities.\\u000a" + "k".repeat(39)
                        + "… is NaN; only finite numbers are allowed");
    }

    @Test
    void encodedSizeOf64KiBIsAllowedAndNotAByteMore() {
        var largest = "x".repeat(64 * 1024 - 6);

        assertThat(CapabilitiesCodec.encode(Map.of("s", largest))).hasSize(64 * 1024);
        for (var value : List.of(largest + "x", "ä".repeat(40_000), new byte[64 * 1024], new byte[1_000_000])) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CapabilitiesCodec.encode(Map.of("s", value)))
                    .withMessage("the capabilities have more than 64 KiB when encoded; make them smaller");
        }
    }

    @Test
    void sixteenLevelsAreAllowedAndNoMore() {
        assertThat(CapabilitiesCodec.decode(CapabilitiesCodec.encode(nested(16)))
                        .problem())
                .isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(nested(17)))
                .withMessageEndingWith(" is nested deeper than 16 levels, or contains itself");
        assertThat(problem("81a16e".repeat(16) + "80"))
                .isEqualTo("the capabilities can not be read: they are nested deeper than 16 levels");
        assertThat(problem("91".repeat(10_000) + "c0")).contains("deeper than 16");
    }

    @Test
    @Timeout(5)
    void valueThatContainsItselfIsRefused() {
        var map = new HashMap<String, Object>();
        map.put("a", map);
        map.put("b", List.of(map, map));
        assertThatIllegalArgumentException().isThrownBy(() -> hex(map)).withMessageContaining("contains itself");

        var list = new ArrayList<>();
        Collections.addAll(list, list, list, list);
        assertThatIllegalArgumentException().isThrownBy(() -> hex(Map.of("l", list)));
    }

    @Test
    @Timeout(5)
    void sharedValuesThatGrowWithoutEndAreRefused() {
        List<Object> lists = List.of();
        Set<Object> sets = Set.of();
        for (var i = 0; i < 13; i++) {
            lists = List.of(lists, lists, lists, lists, lists, lists, lists, lists, lists, lists);
            sets = Set.of(sets, List.of(sets), List.of(sets, sets));
        }
        var laughs = List.<Object>of(lists, sets);
        for (var laugh : laughs) {
            assertThatIllegalArgumentException().isThrownBy(() -> hex(Map.of("l", laugh)));
        }
    }

    @Test
    void keysOfAllMapsAndSetsTogetherAreLimited() {
        assertThat(CapabilitiesCodec.decode(CapabilitiesCodec.encode(keys(256))).problem())
                .isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(keys(257)))
                .withMessage("the capabilities have more than 256 keys in all their maps and sets; use fewer");
        assertThatIllegalArgumentException().isThrownBy(() -> hex(Map.of("a", keys(128), "b", keys(128))));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> hex(Map.of("s", IntStream.range(0, 256).boxed().collect(Collectors.toSet()))));
        assertThat(problem("de0101" + "a16100".repeat(257)))
                .isEqualTo("the capabilities can not be read: they have more than 256 keys");
        assertThat(problem("c8010404dc0101" + "00".repeat(257))).contains("more than 256 keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "81",
                "81a6776569676874",
                "d9",
                "d9ff61",
                "81a161c6ffffffff00",
                "81a161c67fffffff00",
                "81a161dbffffffff00",
                "81a161ddffffffff00",
                "81a161dfffffffff00",
                "dfffffffff",
                "dd7fffffff",
                "c9ffffffff0400",
                "c97fffffff0400",
                "c70a04",
                "cf00",
                "c7"
            })
    void lengthsBeyondTheEndAreNeverBelieved(String bytes) {
        assertThat(problem(bytes)).isEqualTo("the capabilities can not be read: they end too early");
    }

    @ParameterizedTest
    @CsvSource({
        "c1, there is no type c1",
        "8080, more follows behind the end of the value",
        "81a67765696768740100, more follows behind the end of the value",
        "a2c328, a text is not UTF-8",
        "81a161a1ff, a text is not UTF-8",
        "d40401, there is a set that is no list of elements",
        "d504c0c0, more follows behind the end of the value"
    })
    void brokenBytesAreAProblem(String bytes, String rule) {
        assertThat(problem(bytes)).isEqualTo("the capabilities can not be read: " + rule);
    }

    @Test
    void serializedObjectsAreNotRead() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(new HashMap<>(Map.of("weight", 1)));
        }

        assertThat(problem(HEX.formatHex(bytes.toByteArray()))).startsWith("the capabilities can not be read: ");
    }

    @Test
    void textOfJsonIsNotRead() {
        assertThat(problem(HEX.formatHex("{\"@class\":\"java.net.URL\"}".getBytes(StandardCharsets.UTF_8))))
                .isNotNull();
    }

    @Test
    void tooManyBytesAreNotLookedAt() {
        assertThat(CapabilitiesCodec.decode(new byte[100_000_000]))
                .isEqualTo(new CapabilitiesCodec.Decoded(
                        Map.of(), "the capabilities have 100000000 bytes; at most 64 KiB are read"));
        assertThat(CapabilitiesCodec.decode(new byte[64 * 1024 + 1]).problem()).contains("65537 bytes");
    }

    @Test
    void anyBytesGiveAnAnswerInTime() {
        var random = new Random(1);
        var seeds = List.of(
                "82a16c9101a173d5049101", "81a174c7150783a479656172cd07eaa56d6f6e746801a364617902", "dc", "df00");
        for (var round = 0; round < 200_000; round++) {
            var bytes = round % 2 == 0
                    ? HEX.parseHex(seeds.get(random.nextInt(seeds.size())))
                    : new byte[random.nextInt(60)];
            if (round % 2 == 1) {
                random.nextBytes(bytes);
            }
            for (var flips = random.nextInt(4); flips > 0; flips--) {
                if (bytes.length > 0) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            var decoded = CapabilitiesCodec.decode(bytes);
            if (decoded.problem() != null) {
                assertThat(decoded.values()).isEmpty();
            }
        }
    }

    @Test
    @Timeout(5)
    void largestBytesOfEveryTypeGiveAnAnswerInTime() {
        for (var type = 0; type < 256; type++) {
            var bytes = new byte[64 * 1024];
            Arrays.fill(bytes, (byte) type);
            assertThat(CapabilitiesCodec.decode(bytes).problem()).isNotNull();
        }
    }

    @Test
    void randomValuesAreReadAndWrittenAsByTheMessagePackLibrary() throws Exception {
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++) {
            var value = randomMap(random, 0);
            var bytes = CapabilitiesCodec.encode(value);
            try (var packer = MessagePack.newDefaultBufferPacker();
                    var unpacker = MessagePack.newDefaultUnpacker(bytes)) {
                packer.packValue(unpacker.unpackValue());
                assertThat(unpacker.hasNext()).isFalse();
                assertThat(packer.toByteArray()).isEqualTo(bytes);
            }
            assertThat(CapabilitiesCodec.decode(bytes)).isEqualTo(new CapabilitiesCodec.Decoded(value, null));
        }
    }

    @Test
    void mapThatOthersChangeMeanwhileIsWrittenWhole() {
        // Claims one size and iterates over another, as a concurrent map can.
        var map = new LinkedHashMap<String, Object>(Map.of("a", 1)) {
            @Override
            public int size() {
                return 7;
            }
        };

        assertThat(read(hex(map))).isEqualTo(Map.of("a", 1L));
    }

    private static Map<String, Object> randomMap(Random random, int depth) {
        var map = new LinkedHashMap<String, Object>();
        for (var i = random.nextInt(depth == 0 ? 40 : 4); i > 0; i--) {
            map.put(randomText(random), randomValue(random, depth + 1));
        }
        return map;
    }

    private static Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 8 : 5)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextGaussian();
            case 2 -> random.nextBoolean();
            case 3 -> randomText(random);
            case 4 -> BigInteger.ONE.shiftLeft(63).add(BigInteger.valueOf(random.nextInt(1000)));
            case 5 -> randomMap(random, depth);
            default -> {
                var list = new ArrayList<>();
                for (var i = random.nextInt(20); i > 0; i--) {
                    list.add(randomText(random));
                }
                yield random.nextInt(4) == 0 && list.size() < 5 ? Set.copyOf(list) : list;
            }
        };
    }

    private static String randomText(Random random) {
        var length = random.nextInt(10) == 0 ? random.nextInt(400) : random.nextInt(12);
        return random.ints(length, 0, 4)
                .mapToObj(i -> List.of("a", "é", "日", "😀").get(i))
                .collect(Collectors.joining());
    }

    private static Map<String, Object> nested(int depth) {
        Map<String, Object> map = Map.of();
        for (var i = 1; i < depth; i++) {
            map = Map.of("n", map);
        }
        return map;
    }

    private static Map<String, Object> keys(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "key-" + i, i -> i));
    }

    private static String hex(Map<String, ?> capabilities) {
        return HEX.formatHex(CapabilitiesCodec.encode(capabilities));
    }

    private static Map<String, Object> read(String bytes) {
        var decoded = CapabilitiesCodec.decode(HEX.parseHex(bytes));
        assertThat(decoded.problem()).isNull();
        return decoded.values();
    }

    private static String problem(String bytes) {
        var decoded = CapabilitiesCodec.decode(HEX.parseHex(bytes));
        assertThat(decoded.values()).isEmpty();
        return decoded.problem();
    }
}
