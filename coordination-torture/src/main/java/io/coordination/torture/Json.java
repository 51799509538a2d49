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
package io.coordination.torture;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Objects of texts and whole numbers, on one line. A worker writes them without loading a library first. */
final class Json {

    private final String line;
    private int at;

    private Json(String line) {
        this.line = line;
    }

    static String write(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(field -> quoted(field.getKey()) + ":"
                        + (field.getValue() instanceof Long number
                                ? number.toString()
                                : quoted(String.valueOf(field.getValue()))))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (var c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    static Map<String, Object> read(String line) {
        return new Json(line).object();
    }

    private Map<String, Object> object() {
        var fields = new LinkedHashMap<String, Object>();
        expect('{');
        while (peek() != '}') {
            var name = text();
            expect(':');
            fields.put(name, peek() == '"' ? text() : (Object) number());
            if (peek() == ',') {
                at++;
            }
        }
        return fields;
    }

    private String text() {
        expect('"');
        var out = new StringBuilder();
        while (peek() != '"') {
            var c = next();
            if (c == '\\') {
                c = next();
                if (c == 'u') {
                    c = (char) Integer.parseInt(line.substring(at, at + 4), 16);
                    at += 4;
                }
            }
            out.append(c);
        }
        at++;
        return out.toString();
    }

    private Long number() {
        var start = at;
        while (peek() == '-' || Character.isDigit(peek())) {
            at++;
        }
        return Long.valueOf(line.substring(start, at));
    }

    private void expect(char c) {
        if (next() != c) {
            throw new IllegalArgumentException("no " + c + " before position " + at + " of " + line);
        }
    }

    private char next() {
        var c = peek();
        at++;
        return c;
    }

    private char peek() {
        if (at >= line.length()) {
            throw new IllegalArgumentException("cut off: " + line);
        }
        return line.charAt(at);
    }
}
