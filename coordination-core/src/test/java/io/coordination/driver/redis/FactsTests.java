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
import io.coordination.spi.TokenDurability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of a server's answer to INFO. */
class FactsTests {

    private static final String SAFE =
            "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nrole:master\r\nconnected_slaves:0\r\n"
                    + "aof_enabled:1\r\nmaxmemory_policy:noeviction\r\n";

    @Test
    void serverThatPromisesAllIsNotWarnedOf() {
        var facts = Facts.parse(SAFE, "always");
        facts.require();
        assertThat(facts.warnings()).isEmpty();
        assertThat(facts.tokens()).isEqualTo(TokenDurability.DURABLE);
        assertThat(facts.isCluster()).isFalse();
    }

    @Test
    void evictionIsNamedWithItsMend() {
        var facts = Facts.parse(SAFE.replace("noeviction", "allkeys-lru"), "always");
        assertThat(facts.warnings())
                .singleElement()
                .asString()
                .contains("maxmemory-policy allkeys-lru", "set it to noeviction");
        assertThat(facts.tokens()).isEqualTo(TokenDurability.VOLATILE);
    }

    @Test
    void serverThatIsStillReadingItsDataIsAskedAgainLater() {
        var facts = Facts.parse(SAFE.replace("aof_enabled:1", "loading:1\r\naof_enabled:0"), "");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(facts::require)
                .satisfies(notYet -> assertThat(notYet.reason().passing()).isTrue());
    }

    @Test
    void lackOfPersistenceIsNamedWithItsMend() {
        var facts = Facts.parse(SAFE.replace("aof_enabled:1", "aof_enabled:0"), "");
        assertThat(facts.warnings()).singleElement().asString().contains("appendonly");
        assertThat(facts.tokens()).isEqualTo(TokenDurability.VOLATILE);
    }

    @Test
    void replicasThatMayLagAreNamed() {
        var facts = Facts.parse(SAFE.replace("connected_slaves:0", "connected_slaves:2"), "always");
        assertThat(facts.warnings()).singleElement().asString().contains("fail-over");
        assertThat(facts.tokens()).isEqualTo(TokenDurability.FAILOVER_UNSAFE);
    }

    @ParameterizedTest
    @CsvSource({"everysec,the last second", "no,the system last wrote", "'',does not tell"})
    void fileThatIsNotSyncedAlwaysIsNamedWithItsMend(String fsync, String loses) {
        var facts = Facts.parse(SAFE, fsync);
        assertThat(facts.warnings()).singleElement().asString().contains("crash", loses, "set appendfsync to always");
        assertThat(facts.tokens()).isEqualTo(TokenDurability.FAILOVER_UNSAFE);
    }

    @Test
    void serverThatTellsNothingIsNamed() {
        var facts = Facts.parse("", "");
        facts.require();
        assertThat(facts.warnings()).singleElement().asString().contains("INFO");
        assertThat(facts.tokens()).isEqualTo(TokenDurability.VOLATILE);
    }

    @Test
    void replicaAndOldServerAreRefused() {
        for (var bad : new String[] {SAFE.replace("master", "slave"), SAFE.replace("7.0.15", "4.0.14")}) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> Facts.parse(bad, "").require())
                    .satisfies(refused -> assertThat(refused.reason()).isEqualTo(StoreException.Reason.REFUSED));
        }
    }
}
