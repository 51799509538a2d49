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

import io.coordination.spi.StoreUrl.Host;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUrlTests {

    @Test
    void everyPartIsRead() {
        var url = StoreUrl.parse("redis://user:p%40ss@h:6379,h2/0?timeout=10&db=1");

        assertThat(url.scheme()).isEqualTo("redis");
        assertThat(url.username()).hasValue("user");
        assertThat(url.password()).hasValue("p@ss");
        assertThat(url.hosts()).containsExactly(new Host("h", 6379), new Host("h2", -1));
        assertThat(url.path()).isEqualTo("/0");
        assertThat(url.options()).containsExactly(entry("timeout", "10"), entry("db", "1"));
    }

    @Test
    void onlyTheSchemeIsNeeded() {
        var url = StoreUrl.parse("ipc://");

        assertThat(url.scheme()).isEqualTo("ipc");
        assertThat(url.username()).isEmpty();
        assertThat(url.password()).isEmpty();
        assertThat(url.hosts()).isEmpty();
        assertThat(url.path()).isEmpty();
        assertThat(url.options()).isEmpty();
        assertThat(url).hasToString("ipc://").isEqualTo(StoreUrl.parse("ipc://?"));
    }

    @Test
    void nameOfAStoreInMemoryIsItsHost() {
        assertThat(StoreUrl.parse("memory://Name").hosts()).containsExactly(new Host("Name", -1));
        assertThat(StoreUrl.parse("zake://x").hosts()).containsExactly(new Host("x", -1));
        assertThat(StoreUrl.parse("memory://").hosts()).isEmpty();
        assertThat(StoreUrl.parse("memory://größe_1.x~y").hosts()).containsExactly(new Host("größe_1.x~y", -1));
    }

    @Test
    void directoryIsThePath() {
        assertThat(StoreUrl.parse("file:///var/lib/a%20b?a=b").path()).isEqualTo("/var/lib/a b");
        assertThat(StoreUrl.parse("file:///").path()).isEqualTo("/");
        assertThat(StoreUrl.parse("file:///C:/x").path()).isEqualTo("/C:/x");
        assertThat(StoreUrl.parse("file:///home/me%40corp/x").path()).isEqualTo("/home/me@corp/x");
        assertThat(StoreUrl.parse("file://host/x").hosts()).containsExactly(new Host("host", -1));
    }

    @Test
    void ensembleHasSeveralHosts() {
        var url = StoreUrl.parse("zookeeper://h:2181,h2:2181/chroot?timeout=10");

        assertThat(url.hosts()).containsExactly(new Host("h", 2181), new Host("h2", 2181));
        assertThat(url.path()).isEqualTo("/chroot");
    }

    @Test
    void schemeIsReadInAnyCaseAndInEveryLocale() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(StoreUrl.parse("REDIS://H").scheme()).isEqualTo("redis");
            assertThat(StoreUrl.parse("FILE:///x").scheme()).isEqualTo("file");
        } finally {
            Locale.setDefault(before);
        }
        assertThat(StoreUrl.parse("REDIS://H").hosts()).containsExactly(new Host("H", -1));
    }

    @Test
    void addressOfVersion6IsWrittenInBrackets() {
        assertThat(StoreUrl.parse("redis://[::1]:6379").hosts()).containsExactly(new Host("::1", 6379));
        assertThat(StoreUrl.parse("redis://[::1],[2001:db8::7]:1").hosts())
                .containsExactly(new Host("::1", -1), new Host("2001:db8::7", 1));
        assertThat(StoreUrl.parse("redis://[fe80::1%25eth0]:6379").hosts())
                .containsExactly(new Host("fe80::1%eth0", 6379));
        assertThat(StoreUrl.parse("redis://u:p@[fe80::1%eth0]")).hasToString("redis://u:***@[fe80::1%25eth0]");
    }

    @Test
    void credentialsAreDecodedOnce() {
        assertThat(StoreUrl.parse("redis://:s%40cret@h").password()).hasValue("s@cret");
        assertThat(StoreUrl.parse("redis://:%2540@h").password()).hasValue("%40");
        assertThat(StoreUrl.parse("redis://:a+b@h").password()).hasValue("a+b");
        assertThat(StoreUrl.parse("redis://:a:b@h").password()).hasValue("a:b");
        assertThat(StoreUrl.parse("redis://:%C3%A9%3A%2F%3F%23@h").password()).hasValue("é:/?#");
        assertThat(StoreUrl.parse("redis://g%C3%BCnter:x@h").username()).hasValue("günter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://h", "redis://@h", "redis://:@h"})
    void emptyCredentialsAreNone(String text) {
        assertThat(StoreUrl.parse(text).username()).isEmpty();
        assertThat(StoreUrl.parse(text).password()).isEmpty();
        assertThat(StoreUrl.parse(text)).isEqualTo(StoreUrl.parse("redis://h"));
    }

    @Test
    void optionsKeepTheirOrderAndAreDecodedOnce() {
        var options = StoreUrl.parse("x://h?b=1&a=%26%3D%2540&c=a=b&d=&e=a+b").options();

        assertThat(options)
                .containsExactly(
                        entry("b", "1"), entry("a", "&=%40"), entry("c", "a=b"), entry("d", ""), entry("e", "a+b"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(options::clear);
    }

    @Test
    void otherCredentialsReplaceBoth() {
        var url = StoreUrl.parse("redis://user:old@h:1/0?db=1");

        assertThat(url.withCredentials("app", "n@w")).isEqualTo(StoreUrl.parse("redis://app:n%40w@h:1/0?db=1"));
        assertThat(url.withCredentials(null, "new")).isEqualTo(StoreUrl.parse("redis://:new@h:1/0?db=1"));
        assertThat(url.withCredentials(null, null)).isEqualTo(StoreUrl.parse("redis://h:1/0?db=1"));
        assertThat(url.withCredentials("", "")).isEqualTo(StoreUrl.parse("redis://h:1/0?db=1"));
    }

    @Test
    void urlsAreEqualByTheirParts() {
        var url = StoreUrl.parse("redis://u:p@h/0?a=1");

        assertThat(url)
                .isEqualTo(StoreUrl.parse("REDIS://u:%70@h/%30?a=%31"))
                .hasSameHashCodeAs(StoreUrl.parse("REDIS://u:%70@h/%30?a=%31"));
        for (var other : List.of(
                "rediss://u:p@h/0?a=1",
                "redis://v:p@h/0?a=1",
                "redis://u:q@h/0?a=1",
                "redis://u:p@i/0?a=1",
                "redis://u:p@h/1?a=1",
                "redis://u:p@h/0?a=2",
                "redis://u:p@h:1/0?a=1")) {
            assertThat(url).isNotEqualTo(StoreUrl.parse(other));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis://user:p%40ss@h:6379/0 redis://user:***@h:6379/0",
                "redis://:s%40cret@h redis://:***@h",
                "redis://secret@h redis://***@h",
                "redis://h:1,[::1]:2/a?timeout=10 redis://h:1,[::1]:2/a?timeout=10",
                "x://h?lock_timeout=5&namespace=app&password=p&ssl.bundle=b x://h?lock_timeout=5&namespace=app&password=***&ssl.bundle=***",
                "x://h?token=a&api-key=b&clientSecret=c&pwd=d&token_timeout=e x://h?token=***&api-key=***&clientSecret=***&pwd=***&token_timeout=***",
                "x://h?whatever=a x://h?whatever=***",
                "x://h?TIMEOUT=a x://h?TIMEOUT=a",
                "x://h/%E2%80%AEx?db=%E2%80%AE x://h/\\u202ex?db=\\u202e",
                "x://u%0a:p@h x://u\\u000a:***@h"
            })
    void printedFormShowsNoSecret(String text, String printed) {
        assertThat(StoreUrl.parse(text)).hasToString(printed);
    }

    @Test
    void longOptionIsPrintedShortened() {
        assertThat(StoreUrl.parse("x://h?db=" + "y".repeat(100))).hasToString("x://h?db=" + "y".repeat(40) + "…");
    }

    @Test
    void portMayBeLeftToTheStore() {
        assertThat(new Host("h", -1).portOr(6379)).isEqualTo(6379);
        assertThat(new Host("h", 1).portOr(6379)).isEqualTo(1);
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> StoreUrl.parse(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankUrlIsRefused(String text) {
        refused(text, "is blank; write one such as ipc:// or redis://host:6379");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:6379",
                "redis",
                "redis:",
                "redis:/h",
                "://h",
                "1x://h",
                "re dis",
                "user:pw@h",
                "ré://h",
                "redis%3A//h"
            })
    void urlWithoutSchemeIsRefused(String text) {
        assertThat(message(text)).matches("the URL of the store has (no scheme; write one and :// in front|a space).*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" redis://h", "redis://h ", "redis://h h", "redis://h\n", "redis://h\u0000", "redis://u:p w@h"})
    void spacesAndControlCharactersAreRefused(String text) {
        refused(text, "has a space or a control character; remove it, or write a space that belongs there as %20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:geheim@ss@h",
                "redis://user:geheim@ss/x@h",
                "redis://user:geheim/x@h",
                "redis://user:geheim?x@h",
                "redis://:geheim/?x@h/0?db=1",
                "redis://u:p@h/x@geheim",
                "redis://u:p@h?geheim=a@b",
                "redis:///user:geheim@h",
                "redis:///geheim@h",
                "redis://?user:geheim@h"
            })
    void atThatIsNotTheOneBeforeTheHostsIsRefused(String text) {
        refused(
                text,
                "has an '@' beside the one in front of the hosts; in user, password, path and options write @ as %40, / as %2F,"
                        + " ? as %3F and # as %23");
    }

    @Test
    void hashSignIsRefused() {
        refused("redis://user:geheim#x@h", "has a '#'; write it as %23");
        refused("redis://h/0#geheim", "has a '#'; write it as %23");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://h:99999", "redis://h:65536", "redis://h:abc", "redis://h:-1", "redis://h:0", "redis://h:",
                        "redis://h:+1",
                "redis://h:1x", "redis://h:٣", "redis://h:100000000000", "redis://user:geheim", "redis://[::1]:",
                        "redis://[::1]:0", "redis://[::1]x"
            })
    void badPortIsRefused(String text) {
        refused(text, "has a bad port at host 1; a port is a number from 1 to 65535");
    }

    @Test
    void badPortIsCountedInTheList() {
        refused("redis://a:1,b:2,c:x", "has a bad port at host 3; a port is a number from 1 to 65535");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "zookeeper://a:2181,b:2181,/c 3",
                "zookeeper://,a 1",
                "zookeeper://a,,b 2",
                "zookeeper://, 1",
                "zookeeper://:2181 1",
                "zookeeper://u:p@,a 1"
            })
    void emptyHostIsRefused(String text, int which) {
        refused(text, "has an empty host " + which + "; write its name, or remove the comma too many");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://::1:6379", "redis://2001:db8::7", "redis://a:b:c"})
    void addressOfVersion6WithoutBracketsIsRefused(String text) {
        refused(text, "has more than one ':' at host 1; write an IPv6 address in brackets, as in [::1]:6379");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://[]",
                "redis://[::::]",
                "redis://[localhost]",
                "redis://[1.2.3.4]",
                "redis://[::1::]:1",
                "redis://[:]"
            })
    void bracketsWithoutAnAddressOfVersion6AreRefused(String text) {
        refused(text, "has no IPv6 address in the brackets of host 1");
    }

    @Test
    void brokenBracketsAreRefused() {
        refused("redis://[::1", "has a '[' without a ']' at host 1");
        refused("redis://[fe80::1%25]", "has a bad zone in the brackets of host 1; write it as in [fe80::1%25eth0]");
        refused("redis://[fe80::1%25e/0]", "has a '[' without a ']' at host 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://a%20b",
                "redis://a]",
                "redis://a\\b",
                "redis://$h",
                "redis://a;b",
                "redis://a&b=c",
                "redis://\u202eh",
                "redis://*"
            })
    void strangeHostIsRefused(String text) {
        refused(text, "has a character at host 1 that no host name has; allowed are letters, digits and . _ ~ -");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://u:%zz@h, password",
        "redis://u:%4@h, password",
        "redis://u:100%@h, password",
        "redis://%:p@h, user",
        "redis://h/%, path",
        "redis://h?a=%1, option 'a'",
        "redis://h?a=%+1, option 'a'"
    })
    void brokenPercentEncodingIsRefused(String text, String part) {
        refused(text, "has a '%' in the " + part + " without two hexadecimal digits; write % itself as %25");
    }

    @Test
    void percentEncodingThatIsNotUtf8IsRefused() {
        refused("redis://u:%ff@h", "has a percent-encoded password that is not UTF-8");
        refused("redis://h/%c3%28", "has a percent-encoded path that is not UTF-8");
    }

    @Test
    void hiddenControlCharactersAreRefused() {
        refused("file:///a%00b", "has a control character in the path; remove it");
        refused("redis://h?a=%0d%0a", "has a control character in the option 'a'; remove it");
    }

    @Test
    void optionGivenTwiceIsRefused() {
        refused("redis://h?timeout=1&timeout=2", "has the option 'timeout' twice; remove one");
        refused("redis://h?timeout=1&timeout=1", "has the option 'timeout' twice; remove one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x://h?a",
                "x://h?a=1&",
                "x://h?&a=1",
                "x://h?=1",
                "x://h?a=1&&b=2",
                "x://h?a b=1",
                "x://h?%61=1",
                "x://h?a=1?b=2&c",
                "x://h?ä=1"
            })
    void optionOfAnotherFormIsRefused(String text) {
        assertThat(message(text))
                .matches("the URL of the store has (an option that is not of the form name=value; .*|a space .*)");
    }

    @Test
    void noMessageRepeatsAPassword() {
        var random = new Random(8);
        var noise = "@:/?#%&=,[] a\\\"é";
        for (var round = 0; round < 50_000; round++) {
            var text = new StringBuilder("redis://user:geheim@host:6379/0?timeout=10");
            for (var change = 1 + random.nextInt(3); change > 0; change--) {
                var at = 13 + random.nextInt(text.length() - 13);
                var letter = noise.charAt(random.nextInt(noise.length()));
                if (random.nextBoolean()) {
                    text.insert(at, letter);
                } else {
                    text.setCharAt(at, letter);
                }
            }
            String shown;
            try {
                shown = StoreUrl.parse(text.toString()).toString();
            } catch (StoreException e) {
                shown = e.getMessage();
            }
            assertThat(shown).as(text.toString()).doesNotContain("geh", "ehe", "hei", "eim");
        }
    }

    private static Map.Entry<String, String> entry(String name, String value) {
        return Map.entry(name, value);
    }

    private static void refused(String text, String rule) {
        assertThat(message(text)).isEqualTo("the URL of the store " + rule).doesNotContain("geheim");
    }

    private static String message(String text) {
        var thrown = new StoreException[1];
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreUrl.parse(text))
                .satisfies(e -> thrown[0] = e);
        assertThat(thrown[0].reason()).isEqualTo(StoreException.Reason.BAD_URL);
        assertThat(thrown[0].getCause()).isNull();
        return thrown[0].getMessage();
    }
}
