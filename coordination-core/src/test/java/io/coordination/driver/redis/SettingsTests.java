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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.StoreUrl.Host;
import io.coordination.spi.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URL asks for. */
class SettingsTests {

    private static Settings of(String url) {
        return Settings.of(new Target(StoreUrl.parse(url), "m", "", Duration.ofSeconds(10), null));
    }

    @Test
    void urlWithNothingMeansTheServerOfThisHost() {
        var settings = of("redis://");
        assertThat(settings.where()).isEqualTo("localhost:6379");
        assertThat(settings.database()).isZero();
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.secure()).isFalse();
    }

    @Test
    void userPasswordPortAndDatabaseAreRead() {
        var settings = of("rediss://us%40er:s%40cret@h:7000/3?timeout=4&namespace=mine");
        assertThat(settings.user()).isEqualTo("us@er");
        assertThat(settings.password()).isEqualTo("s@cret");
        assertThat(settings.where()).isEqualTo("h:7000");
        assertThat(settings.database()).isEqualTo(3);
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.namespace()).isEqualTo("mine");
        assertThat(settings.secure()).isTrue();
        assertThat(settings.toString()).doesNotContain("cret");
        assertThat(of("redis://h?db=5&ssl=true").database()).isEqualTo(5);
        assertThat(of("redis://h?ssl=true").secure()).isTrue();
    }

    @Test
    void sentinelsAreReadAsToozNamesThem() {
        var settings = of("redis://s1?sentinel=mymaster&sentinel_fallback=s2:5000,s3&sentinel_password=pw");
        assertThat(settings.hosts()).containsExactly(new Host("s1", -1), new Host("s2", 5000), new Host("s3", -1));
        assertThat(settings.where()).isEqualTo("s1:26379,s2:5000,s3:26379");
        assertThat(settings.sentinels()).isEqualTo(new Settings.Sentinels("mymaster", null, "pw"));
        assertThat(settings.toString()).doesNotContain("pw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://secret@h",
                "redis://h/x",
                "redis://h/-1",
                "redis://h/0/1",
                "redis://h/1?db=1",
                "redis://h?timeout=0.5",
                "redis://h?timeout=25h",
                "redis://h?sentinel_fallback=s2",
                "redis://h?sentinels=x",
                "redis://h?db=-1"
            })
    void urlThatMakesNoSenseIsRefusedWithoutItsSecrets(String url) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> of(url))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("secret"));
    }
}
