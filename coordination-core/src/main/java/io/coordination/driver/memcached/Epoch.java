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

import io.coordination.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What all tokens of one life of the server begin at. The server numbers its writes from one each time it starts; added to
 * the time of day of its first user, in microseconds, the numbers usually go on rising.
 */
final class Epoch {

    private static final Pattern FORM = Pattern.compile("coordination epoch ([0-9]{1,18})");

    private Epoch() {}

    static byte[] encode(long epoch) {
        return ("coordination epoch " + epoch).getBytes(StandardCharsets.US_ASCII);
    }

    static long decode(byte[] bytes) {
        var text = FORM.matcher(new String(bytes, StandardCharsets.US_ASCII));
        if (!text.matches()) {
            throw new StoreException(
                    StoreException.Reason.FOREIGN_DATA,
                    "what memcached has as the beginning of tokens was not written by this library, and is left alone");
        }
        return Long.parseLong(text.group(1));
    }

    static boolean isStill(long epoch, Connection.@Nullable Item item) {
        return item != null && decode(item.bytes()) == epoch;
    }
}
