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
package io.coordination.driver.sql;

import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where rows are kept.
 *
 * @param namespace keeps applications apart
 * @param schema where the tables are, empty for where the database looks first
 * @param prefix what the names of the tables begin with
 */
record Layout(String namespace, String schema, String prefix) {

    static final String PREFIX = "coordination_";

    private static final Pattern PART = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,39}");
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$");

    Layout {
        requirePart("schema", schema.isEmpty() ? PREFIX : schema);
        requirePart("table_prefix", prefix);
    }

    private static void requirePart(String option, String value) {
        if (!PART.matcher(value).matches()) {
            throw new StoreException(
                    Reason.BAD_OPTION,
                    "option '" + option
                            + "' must be 1 to 40 ASCII letters, digits and '_', and not begin with a digit");
        }
    }

    /** What it is called in a statement. */
    String table(String what, char quote) {
        var name = quote + prefix + what + quote;
        return schema.isEmpty() ? name : quote + schema + quote + "." + name;
    }

    static short kind(Key key) {
        return switch (key.kind()) {
            case LOCK -> 0;
            case LEADER -> 1;
            case GROUP -> 2;
        };
    }

    static Key key(short kind, String name) {
        return switch (kind) {
            case 0 -> Key.lock(name);
            case 1 -> Key.leader(name);
            case 2 -> Key.group(name);
            default ->
                throw new StoreException(Reason.FOREIGN_DATA, "kind " + kind + " of a row is not one of this library");
        };
    }

    /** A key as text. */
    static String text(Key key) {
        return kind(key) + ":" + key.name();
    }

    /** The key of a text; null when it is none. */
    static @Nullable Key parsed(String text) {
        var colon = text.indexOf(':');
        return colon < 0 ? null : key(Short.parseShort(text.substring(0, colon)), text.substring(colon + 1));
    }

    /** A number for a key, different for different keys but for chance. */
    long number(Key key) {
        return ByteBuffer.wrap(digest("", key)).getLong();
    }

    /** The SHA-256 of a key, which differs by what it is for. */
    byte[] digest(String purpose, Key key) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            for (var part :
                    List.of(purpose + schema, prefix, namespace, key.kind().name())) {
                sha256.update(part.getBytes(StandardCharsets.UTF_8));
                sha256.update((byte) 0);
            }
            return sha256.digest(key.name().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    /** The statements of a script, with the names of this layout. */
    List<String> script(String resource, char quote) {
        try (var in = Layout.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing in the jar");
            }
            var script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(COMMENT.matcher(script).replaceAll("").split(";"))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .map(statement -> named(statement, quote))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String named(String statement, char quote) {
        return Pattern.compile(PREFIX + "(\\w+)").matcher(statement).replaceAll(found -> table(found.group(1), quote));
    }
}
