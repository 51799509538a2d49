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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTests {

    private static final Set<String> KNOWN = Set.of("timeout", "lock_timeout", "db", "ssl", "namespace");

    @ParameterizedTest
    @CsvSource({
        "tiemout, timeout",
        "timeuot, timeout",
        "TIMEOUT, timeout",
        "timout, timeout",
        "lock-timeout, lock_timeout",
        "tls, ssl",
        "bd, db"
    })
    void unknownOptionNamesTheNearestValidOne(String wrong, String right) {
        refused(
                () -> options(wrong + "=3"),
                "unknown option '" + wrong + "' for redis://; did you mean '" + right
                        + "'? valid options are db, lock_timeout, namespace, ssl, timeout");
    }

    @Test
    void unknownOptionUnlikeAnyOtherNamesThemAll() {
        refused(
                () -> options("x=3"),
                "unknown option 'x' for redis://; valid options are db, lock_timeout, namespace, ssl, timeout");
    }

    @Test
    void unknownOptionOfAStoreWithoutOptionsIsRefused() {
        refused(
                () -> Options.of(StoreUrl.parse("memory://x?timeout=1"), Set.of()),
                "unknown option 'timeout' for memory://; it takes no options");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"loggerFile=/etc/x", "socketFactory=evil", "allowLoadLocalInfile=true", "autoDeserialize=true"})
    void propertyOfAClientLibraryIsAnUnknownOption(String option) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> options(option))
                .withMessageStartingWith("unknown option '" + option.substring(0, option.indexOf('=')) + "'")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("evil", "/etc"));
    }

    @ParameterizedTest
    @CsvSource({
        "10, PT10S",
        "2.5, PT2.5S",
        "0.001, PT0.001S",
        "500ms, PT0.5S",
        "5s, PT5S",
        "2m, PT2M",
        "1h, PT1H",
        "1d, PT24H",
        "500MS, PT0.5S",
        "PT5S, PT5S",
        "pt1m30s, PT1M30S",
        "P1D, PT24H",
        "36500d, PT876000H"
    })
    void durationIsReadInItsForms(String text, Duration duration) {
        assertThat(options("timeout=" + text).duration("timeout", Duration.ZERO))
                .isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "1e9",
                "0",
                "0s",
                "PT0S",
                "-1",
                "-5s",
                "PT-5S",
                "",
                "5 s",
                "5x",
                "1.5s",
                ".5",
                "5.",
                "36501d",
                "9999999999",
                "NaN",
                "999999999d",
                "PT9999999999999999999S",
                "PT2562047788015215H",
                "٣",
                "1.0000000001",
                "P1Y"
            })
    void durationOfAnotherFormIsRefused(String text) {
        refused(
                () -> options("timeout=" + text.replace(" ", "%20")).duration("timeout", Duration.ZERO),
                "option 'timeout' must be a time above zero, such as 10 (seconds), 500ms, 5s, 2m or PT5S, but is '"
                        + text + "'");
    }

    @Test
    void integerIsReadWithinItsRange() {
        assertThat(options("db=0").integer("db", 7, 0, 15)).isZero();
        assertThat(options("db=15").integer("db", 7, 0, 15)).isEqualTo(15);
        assertThat(options("db=-2147483648").integer("db", 7, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .isEqualTo(Integer.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "16", "", "1.0", "1e1", "+1", "0x1", "99999999999", "9999999999", "٣"})
    void integerOfAnotherFormOrRangeIsRefused(String text) {
        refused(
                () -> options("db=" + text).integer("db", 7, 0, 15),
                "option 'db' must be a whole number from 0 to 15, but is '" + text + "'");
    }

    @Test
    void leastIntegerIsNoExcuseForGarbage() {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> options("db=x").integer("db", 7, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void flagIsReadInAnyCase() {
        assertThat(options("ssl=true").flag("ssl", false)).isTrue();
        assertThat(options("ssl=FALSE").flag("ssl", true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "", "tru"})
    void flagOfAnotherFormIsRefused(String text) {
        refused(
                () -> options("ssl=" + text).flag("ssl", true),
                "option 'ssl' must be true or false, but is '" + text + "'");
    }

    @Test
    void textIsReadAsItIs() {
        assertThat(options("namespace=a%20b").text("namespace", "x")).isEqualTo("a b");
        assertThat(options("namespace=").text("namespace", "x")).isEmpty();
        assertThat(options("namespace=y").text("namespace")).hasValue("y");
    }

    @Test
    void absentOptionHasItsDefault() {
        var options = options("");

        assertThat(options.duration("timeout", Duration.ofDays(1))).isEqualTo(Duration.ofDays(1));
        assertThat(options.integer("db", 99, 0, 15)).isEqualTo(99);
        assertThat(options.flag("ssl", true)).isTrue();
        assertThat(options.text("namespace", "x")).isEqualTo("x");
        assertThat(options.text("namespace")).isEmpty();
    }

    @Test
    void messageShowsAStrangeValueSafely() {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> options("db=%E2%80%AE" + "9".repeat(100)).integer("db", 0, 0, 1))
                .withMessageEndingWith("but is '\\u202e" + "9".repeat(39) + "…'");
    }

    @Test
    void driverThatForgetsToDeclareAnOptionIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options("").text("tiemout", "x"))
                .withMessage("option 'tiemout' is missing in the driver's list of known options");
    }

    private static Options options(String query) {
        return Options.of(StoreUrl.parse("redis://h?" + query), KNOWN);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .withMessage(message)
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.BAD_OPTION);
    }
}
