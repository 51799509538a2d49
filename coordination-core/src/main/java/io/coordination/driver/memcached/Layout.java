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
package io.coordination.driver.memcached;

import io.coordination.driver.support.FileNames;
import io.coordination.spi.Key;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Under which keys things are kept: plain ASCII without blanks, at most 250 bytes, and never the same for two names, because
 * a record says whose it is.
 *
 * @param namespace keeps applications apart
 */
record Layout(String namespace) {

    private static final int MOST = 250;
    private static final int DIGEST = 32;

    /** All that is known of a lock, a leadership or a group. */
    String record(Key key) {
        var kind =
                switch (key.kind()) {
                    case LOCK -> "lock";
                    case LEADER -> "leader";
                    case GROUP -> "group";
                };
        return key(kind + ":" + FileNames.encode(key.name()), key.name());
    }

    /** Is there for as long as the session lives. */
    String session(String id) {
        return key("session:" + id, id);
    }

    /** The names of all groups. */
    String groups() {
        return key("groups", "");
    }

    /** What all tokens of this life of the server begin at. */
    String epoch() {
        return key("epoch", "");
    }

    private String key(String rest, String name) {
        var key = FileNames.encode(namespace) + ":" + rest;
        return key.length() <= MOST ? key : key.substring(0, MOST - DIGEST - 1) + "~" + digest(rest + '\n' + name);
    }

    private String digest(String text) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var digest = sha256.digest((namespace + '\n' + text).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
