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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a URL may ask for. */
class SettingsTests {

    private static Settings of(String url, Duration lease) {
        return Settings.of(new Target(StoreUrl.parse(url), "member", "", lease, null));
    }

    @Test
    void defaultsAreThoseOfMemcachedAndTheCoordinator() {
        var settings = of("memcached://", Duration.ofSeconds(10));
        assertThat(settings.host()).isEqualTo("localhost");
        assertThat(settings.port()).isEqualTo(11211);
        assertThat(settings.layout().namespace()).isEqualTo("coordination");
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void leaseIsWholeSecondsOfWhichOneMayBeMissing() {
        assertThat(of("memcached://", Duration.ofSeconds(1)).lease()).isEqualTo(Duration.ofSeconds(2));
        assertThat(of("memcached://", Duration.ofMillis(2001)).lease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(of("memcached://h?timeout=24h", Duration.ofSeconds(1)).lease())
                .isEqualTo(Duration.ofHours(24));
    }

    @Test
    void urlsThatMakeNoSenseAreRefused() {
        refused("memcached://a:1,b:2", StoreException.Reason.BAD_URL, "one server");
        refused("memcached://a/path", StoreException.Reason.BAD_URL, "?namespace=");
        refused("memcached://user:secret@a", StoreException.Reason.BAD_URL, "no user and password");
        refused("memcached://a?tiemout=3", StoreException.Reason.BAD_OPTION, "did you mean 'timeout'");
        refused("memcached://a?timeout=31d", StoreException.Reason.BAD_OPTION, "from 1 s to 24 h");
        refused("memcached://a?timeout=1ms", StoreException.Reason.BAD_OPTION, "from 1 s to 24 h");
    }

    private static void refused(String url, StoreException.Reason reason, String message) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> of(url, Duration.ofSeconds(10)))
                .withMessageContaining(message)
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }
}
