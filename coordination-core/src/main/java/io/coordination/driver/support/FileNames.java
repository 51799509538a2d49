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

import io.coordination.spi.Names;
import io.coordination.spi.StoreException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns a name into the name of a file: readable, at most 200 bytes of plain ASCII, and never the same for two names, also
 * where the file system ignores case or normalises Unicode.
 *
 * <p>Lower-case letters, digits and {@code - _ . @} stand for themselves, {@code +x} for the capital {@code X}, and
 * {@code %c3} for a byte of anything else in UTF-8. The result is never hidden, a relative path, an option of a command, or
 * a name that Windows reserves, also with an extension added. Of a name that would get longer, the beginning stays, followed
 * by {@code ~} and 128 bits of its SHA-256; such a name can not be decoded.
 */
public final class FileNames {

    private static final int MAX_BYTES = 200;
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern WINDOWS_DEVICE = Pattern.compile("(con|prn|aux|nul|(com|lpt)[0-9])(\\..*)?");

    private FileNames() {}

    /**
     * Encodes a name.
     *
     * @param name a name that {@link Names#check} accepts
     * @return the name of its file
     * @throws StoreException {@code BAD_NAME} for any other name
     */
    public static String encode(String name) {
        var utf8 = Names.check("file", name).getBytes(StandardCharsets.UTF_8);
        var device = WINDOWS_DEVICE.matcher(name).matches();
        var out = new StringBuilder(name.length() + 16);
        var cut = 0;
        for (var i = 0; i < utf8.length; i++) {
            var c = (char) (utf8[i] & 0xff);
            var edge = i == 0 || i == utf8.length - 1;
            if (c >= 'A' && c <= 'Z') {
                out.append('+').append((char) (c + 'a' - 'A'));
            } else if (plain(c) && !(edge && c == '.') && !(i == 0 && (c == '-' || device))) {
                out.append(c);
            } else {
                out.append('%').append(HEX.toHexDigits((byte) c));
            }
            if (out.length() < MAX_BYTES - 32) {
                cut = out.length();
            }
        }
        if (out.length() > MAX_BYTES) {
            out.setLength(cut);
            out.append('~').append(HEX.formatHex(sha256(utf8), 0, 16));
        }
        return out.toString();
    }

    /**
     * Decodes the name of a file.
     *
     * @param file the name of a file
     * @return the name it was encoded from, or empty when it was shortened or is not one of ours
     */
    public static Optional<String> decode(String file) {
        var utf8 = new ByteArrayOutputStream(file.length());
        try {
            for (var i = 0; i < file.length(); i++) {
                var c = file.charAt(i);
                if (c == '+') {
                    utf8.write(Character.toUpperCase(file.charAt(++i)));
                } else if (c == '%') {
                    utf8.write(HexFormat.fromHexDigits(file, i + 1, i + 3));
                    i += 2;
                } else {
                    utf8.write(c);
                }
            }
            var name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.toByteArray()))
                    .toString();
            return encode(name).equals(file) ? Optional.of(name) : Optional.empty();
        } catch (CharacterCodingException | StoreException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static boolean plain(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '@';
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
