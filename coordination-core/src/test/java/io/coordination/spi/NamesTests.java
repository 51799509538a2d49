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
package io.coordination.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTests {

    @ParameterizedTest
    @MethodSource("io.coordination.spi.NastyNames#allowed")
    void allowedNameIsReturnedUnchanged(String name) {
        assertThat(Names.check("lock", name)).isSameAs(name);
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> Names.check("lock", null))
                .withMessage("name for lock must not be null");
    }

    @Test
    void emptyNameIsRefused() {
        refused("", "bad name for lock: '' is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "   ", "\u00a0", "\u3000", "\u2003\u00a0 "})
    void blankNameIsRefused(String name) {
        refused(name, "bad name for lock: '" + name + "' is blank");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t\n", "a\u0000b", "a\r\nSET x 1", "\u001b[31mred", "a\u007f", "a\u0085b", "\u0000"})
    void controlCharactersAreRefusedAndEscaped(String name) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Names.check("group", name))
                .withMessageStartingWith("bad name for group: '")
                .withMessageEndingWith("' has a control character; remove it")
                .satisfies(e -> assertThat(e.getMessage()).matches("\\P{Cntrl}+"));
    }

    @Test
    void nameOf256CharactersIsRefusedAndShownShortened() {
        refused(
                "x".repeat(256),
                "bad name for lock: '" + "x".repeat(40) + "…' has 256 characters; at most 255 are allowed");
        refused(
                "x".repeat(10_000),
                "bad name for lock: '" + "x".repeat(40) + "…' has 10000 characters; at most 255 are allowed");
    }

    @Test
    void nameOfMoreThan512BytesIsRefused() {
        assertThat(Names.check("lock", "日".repeat(170) + "ab")).hasSize(172);
        refused(
                "日".repeat(171),
                "bad name for lock: '" + "日".repeat(40) + "…' has 513 bytes in UTF-8; at most 512 are allowed");
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> Names.check("lock", "😀".repeat(255)));
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> Names.check("lock", "😀".repeat(129)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "a\uDC00", "\uDC00\uD800", "\uD83D\uD83D\uDE00"})
    void halfOfASurrogatePairIsRefused(String name) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Names.check("lock", name))
                .withMessageEndingWith("' has half of a surrogate pair, so it is not valid Unicode")
                .withMessageContaining("\\ud");
    }

    @Test
    void shorteningDoesNotCutASurrogatePair() {
        refused(
                "x".repeat(39) + "😀".repeat(200),
                "bad name for lock: '" + "x".repeat(39) + "…' has 439 characters; at most 255 are allowed");
    }

    @Test
    void plainTextIsPrintedAsItIs() {
        for (var text : new String[] {"", "a b", "größe", "日本", "😀", "c:\\x", "'\"<>%", "e\u0301"}) {
            assertThat(Names.printable(text)).isSameAs(text);
        }
    }

    @Test
    void whatIsHiddenOrTurnsTheTextIsEscaped() {
        assertThat(Names.printable("a\r\nb\tc\u0000")).isEqualTo("a\\u000d\\u000ab\\u0009c\\u0000");
        assertThat(Names.printable("\u001b[31m")).isEqualTo("\\u001b[31m");
        assertThat(Names.printable("\u202egpj.exe")).isEqualTo("\\u202egpj.exe");
        assertThat(Names.printable("\u2066x\u2069\u200f\u061c")).isEqualTo("\\u2066x\\u2069\\u200f\\u061c");
        assertThat(Names.printable("a\u200bb\u200dc\ufeff\u00ad")).isEqualTo("a\\u200bb\\u200dc\\ufeff\\u00ad");
        assertThat(Names.printable("a\u2028b\u2029c\u0085")).isEqualTo("a\\u2028b\\u2029c\\u0085");
        assertThat(Names.printable("\uD800x\uDC00")).isEqualTo("\\ud800x\\udc00");
        assertThat(Names.printable("\uDB40\uDC41")).isEqualTo("\\udb40\\udc41");
    }

    @Test
    void escapesDoNotDependOnTheLocale() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(Names.printable("\u0009")).isEqualTo("\\u0009");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static void refused(String name, String message) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Names.check("lock", name))
                .withMessage(message)
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.BAD_NAME);
    }
}
