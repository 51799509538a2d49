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
package io.coordination.contract;

import java.util.List;

/** Names that every store has to keep apart, and names that nobody may use. */
final class Names {

    static final List<String> GOOD = List.of(
            "a b",
            "/",
            "//",
            "a//b",
            "a/b",
            ".",
            "..",
            "../../etc/passwd",
            "..\\x",
            "x".repeat(255),
            "x".repeat(254) + "y",
            "\u00e9",
            "e\u0301",
            "Lock",
            "lock",
            "a",
            "a ",
            " a",
            "\u00df",
            "ss",
            "I",
            "i",
            "\u0131",
            "\u202Eabc",
            "a\u200Bb",
            "'; DROP TABLE coordination_lock;--",
            "%",
            "_",
            "*",
            "?",
            "[a-z]",
            "h{x}llo",
            "hxllo",
            "lock:a",
            "CON",
            "con",
            "nul",
            "a.",
            ".driver_lock",
            "floor",
            "-n",
            "--help",
            "${jndi:ldap://x}",
            "#{T(Runtime)}",
            "${random}",
            "<script>alert(1)</script>",
            "Aa",
            "BB",
            "leader",
            "locks",
            "\uD83D\uDE00".repeat(127),
            "a%2Fb",
            "a~b");

    static final List<String> BAD = List.of(
            "",
            " ",
            "   ",
            "\t\n",
            "a\u0000b",
            "a\r\nSET x 1",
            "a\u001b[31mred",
            "x".repeat(256),
            "x".repeat(10_000),
            "\u20ac".repeat(200),
            "\uD800",
            "a\uDC00b");

    private Names() {}
}
