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

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The one check of names (of locks, groups and members), and the one way to print them.
 *
 * <p>A name has 1 to 255 {@code char}s and at most 512 bytes in UTF-8, is well-formed Unicode, not blank, and has no
 * control characters. Everything else is allowed and means itself: no name is normalised, trimmed or folded, so {@code Lock}
 * and {@code lock}, or the composed and the decomposed {@code é}, are different names.
 */
public final class Names {

    private static final int MAX_CHARS = 255;
    private static final int MAX_BYTES = 512;
    private static final int SHOWN_CHARS = 40;

    private Names() {}

    /**
     * Checks a name.
     *
     * @param what what is named, for the message: {@code lock}, {@code group}, {@code member id}
     * @param name the name
     * @return the name, unchanged
     * @throws StoreException {@code BAD_NAME}, whose message shows at most 40 characters of the name, escaped
     */
    public static String check(String what, String name) {
        Objects.requireNonNull(name, () -> "name for " + what + " must not be null");
        if (name.isEmpty()) {
            throw bad(what, name, "is empty");
        }
        if (name.length() > MAX_CHARS) {
            throw bad(what, name, "has " + name.length() + " characters; at most " + MAX_CHARS + " are allowed");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw bad(what, name, "has a control character; remove it");
        }
        if (name.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
            throw bad(what, name, "is blank");
        }
        if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw bad(what, name, "has half of a surrogate pair, so it is not valid Unicode");
        }
        var bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw bad(what, name, "has " + bytes + " bytes in UTF-8; at most " + MAX_BYTES + " are allowed");
        }
        return name;
    }

    /**
     * Makes a text safe for a line of a log: control characters, line and paragraph separators, and the characters that are
     * invisible or turn the direction of writing become <code>&#92;u</code> escapes. Plain text stays as it is.
     *
     * @param text any text
     * @return the text on one line, in its written order
     */
    public static String printable(String text) {
        if (text.codePoints().noneMatch(Names::hidden)) {
            return text;
        }
        var out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!hidden(c)) {
                out.appendCodePoint(c);
                return;
            }
            for (var unit : Character.toChars(c)) {
                out.append(String.format("\\u%04x", (int) unit));
            }
        });
        return out.toString();
    }

    /**
     * Makes a text that may be long safe for a message.
     *
     * @param text any text
     * @return {@link #printable} of at most its first 40 characters
     */
    public static String excerpt(String text) {
        if (text.length() <= SHOWN_CHARS) {
            return printable(text);
        }
        var end = Character.isHighSurrogate(text.charAt(SHOWN_CHARS - 1)) ? SHOWN_CHARS - 1 : SHOWN_CHARS;
        return printable(text.substring(0, end)) + "…";
    }

    private static boolean hidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static StoreException bad(String what, String name, String rule) {
        return new StoreException(
                StoreException.Reason.BAD_NAME, "bad name for " + what + ": '" + excerpt(name) + "' " + rule);
    }
}
