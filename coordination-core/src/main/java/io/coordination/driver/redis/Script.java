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
package io.coordination.driver.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is done on the server, each in one atomic step. */
enum Script {
    CLAIM("claim-free", "line", "claim"),
    LOOK("line", "look"),
    RELEASE("release-free", "line", "release"),
    PASS("pass-free", "line", "pass"),
    EVICT("line", "evict"),
    HOLDERS("line", "holders"),
    EXCHANGE("exchange"),
    RENEW("line", "renew"),
    CLOSE("line", "close"),
    CREATE("group", "create"),
    DELETE("group", "delete"),
    JOIN("group", "join"),
    UPDATE("group", "update"),
    LEAVE("group", "leave"),
    MEMBERS("group", "members");

    private final byte[] text;
    private final String digest;

    Script(String... parts) {
        this.text = Arrays.stream(parts)
                .map(Script::read)
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        this.digest = HexFormat.of().formatHex(sha1(text));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    byte[] text() {
        return text;
    }

    String digest() {
        return digest;
    }

    private static String read(String name) {
        try (var in = Script.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks the script " + name + ".lua");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-1, by which Redis names scripts", e);
        }
    }
}
