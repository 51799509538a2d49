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
package io.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.contract.Sized;
import io.coordination.driver.support.FileNames;
import io.coordination.spi.Names;
import io.coordination.spi.NastyNames;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What comes from outside, changed at random from something that is nearly right. */
class MutationTests {

    private static final long SEED = 4711;
    private static final String PARTS = ":/?&=@%[],#\u0000\n\u202e\uD800 2s3cret";
    private static final List<String> URLS = List.of(
            "redis://user:s3cret@h:6379/2?timeout=3s",
            "zookeeper://a:2181,b:2181/c?timeout=10s",
            "postgresql://u:p%40ss@[::1]:5432/db?ssl=false&schema=x",
            "file:///var/lib/x",
            "memory://x");

    private final Random random = new Random(SEED);

    @Sized(usual = 5_000, full = 250_000)
    void urlIsReadOrRefusedInOneLine(int times) {
        for (var i = 0; i < times; i++) {
            var text = mutated(URLS.get(random.nextInt(URLS.size())));
            try {
                var url = StoreUrl.parse(text);
                require(url.equals(StoreUrl.parse(text)) && isOneLine(url.toString()), text);
            } catch (StoreException refused) {
                require(isOneLine(refused.getMessage()) && refused.getMessage().length() < 1000, text);
            }
        }
    }

    @Sized(usual = 5_000, full = 250_000)
    void nameIsTakenAsItIsOrRefusedInOneLine(int times) {
        var names = NastyNames.allowed();
        for (var i = 0; i < times; i++) {
            var name = mutated(names.get(random.nextInt(names.size())));
            try {
                require(Names.check("lock", name).equals(name), name);
                require(FileNames.decode(FileNames.encode(name)).orElse(name).equals(name), name);
            } catch (StoreException refused) {
                require(refused.reason() == StoreException.Reason.BAD_NAME, name);
                require(isOneLine(refused.getMessage()) && refused.getMessage().length() < 400, name);
            }
        }
    }

    @Sized(usual = 5_000, full = 250_000)
    void capabilitiesAreReadOrShownAsUnreadable(int times) {
        var good = CapabilitiesCodec.encode(
                Map.of("a", 1, "b", List.of("x", 1.5, true), "c", Map.of("d", new byte[] {1, 2}, "e", -1L)));
        for (var i = 0; i < times; i++) {
            var bytes = good.clone();
            for (var changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            var decoded = CapabilitiesCodec.decode(bytes);
            require(decoded.problem() == null || decoded.values().isEmpty(), String.valueOf(i));
        }
    }

    private String mutated(String text) {
        var changed = new StringBuilder(text);
        for (var changes = 1 + random.nextInt(4); changes > 0; changes--) {
            var at = random.nextInt(changed.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> changed.insert(at, PARTS.charAt(random.nextInt(PARTS.length())));
                case 1 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(3)));
                default -> changed.insert(at, (char) random.nextInt(Character.MAX_VALUE + 1));
            }
        }
        return changed.toString();
    }

    private static boolean isOneLine(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    /** An assertion of AssertJ for each of so many would be most of the time. */
    private static void require(boolean condition, String input) {
        if (!condition) {
            assertThat(Names.printable(input)).as("seed " + SEED).isEqualTo("read, or refused in one line");
        }
    }
}
