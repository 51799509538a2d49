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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What URLs mean, and which are refused. */
class SettingsTests {

    private static Settings of(String url) {
        return Settings.of(new Target(StoreUrl.parse(url), "member", "", Duration.ofSeconds(10), null));
    }

    @Test
    void defaultsAreTheCoordinators() {
        var settings = of("postgresql://app:secret@db/shop");
        assertThat(settings.database()).isEqualTo("shop");
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.patience()).isLessThan(Duration.ofSeconds(4));
        assertThat(settings.connections()).isEqualTo(2);
        assertThat(settings.createTables()).isTrue();
        assertThat(settings.layout()).isEqualTo(new Layout("coordination", "", "coordination_"));
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void tablesAreWhereTheUrlSays() {
        var layout =
                of("postgresql://a@h/d?schema=ops&table_prefix=co_&namespace=n").layout();
        assertThat(layout.table("record", '"')).isEqualTo("\"ops\".\"co_record\"");
        assertThat(layout.script("postgresql.sql", '"'))
                .hasSize(4)
                .allMatch(statement -> statement.contains("\"ops\".\"co_"))
                .noneMatch(statement -> statement.contains(Layout.PREFIX));
    }

    @Test
    void urlsThatMakeNoSenseAreRefused() {
        refused("postgresql://a@h/d/e", StoreException.Reason.BAD_URL, "name of a database");
        refused("postgresql://a@h/d?schema=a\"b", StoreException.Reason.BAD_OPTION, "'schema'");
        refused("postgresql://a@h/d?table_prefix=x;drop", StoreException.Reason.BAD_OPTION, "'table_prefix'");
        refused("postgresql://a@h/d?timeout=31d", StoreException.Reason.BAD_OPTION, "from 1 s to 24 h");
        refused("postgresql://a@h/d?connections=1", StoreException.Reason.BAD_OPTION, "from 2 to 50");
        refused("postgresql://a@h/d?loggerFile=/etc/x", StoreException.Reason.BAD_OPTION, "unknown option");
        refused("postgresql://a@h/d?socketFactory=evil", StoreException.Reason.BAD_OPTION, "unknown option");
    }

    private static void refused(String url, StoreException.Reason reason, String message) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> of(url))
                .withMessageContaining(message)
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
