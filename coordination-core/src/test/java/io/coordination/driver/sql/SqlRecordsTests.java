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

import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordSession;
import io.coordination.driver.support.Records;
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Records on a database that others write to at just the wrong moment. */
class SqlRecordsTests {

    private static final Key LOCK = Key.lock("x");
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final long CLAIM = 7;

    private long version;
    private int refusals;
    private int writes;
    private int reads;
    private SqlRecords records;
    private final RecordSession session = new RecordSession(
            "me",
            "member",
            new Traits(Set.of(), LEASE, Duration.ZERO, TokenDurability.VOLATILE),
            Clock.SYSTEM,
            interfaceOf(SessionEvents.class, Map.of()),
            this::records);

    private Records records(RecordSession opened) {
        var with = new Surroundings(Clock.SYSTEM, (delay, task) -> () -> {}, Runnable::run);
        var settings =
                Settings.of(new Target(StoreUrl.parse("postgresql://me@localhost/db"), "member", "", LEASE, null));
        var source = interfaceOf(Connection.class, Map.of("getAutoCommit", arguments -> true));
        var connections = new Connections(() -> source, 1, with.clock(), settings.patience());
        var dialect = interfaceOf(
                Dialect.class,
                Map.of(
                        "write", arguments -> write(),
                        "read", arguments -> read(),
                        "lives", arguments -> Map.of("other", 60_000_000L)));
        var lives = new Lives(opened, connections, dialect, with, settings.patience());
        records = new SqlRecords(opened, connections, dialect, settings, lives, true, () -> {});
        return records;
    }

    private Change.Outcome write() {
        writes++;
        return refusals-- > 0
                ? new Change.Outcome(
                        Change.Outcome.REFUSED, new Change.Found(true, row(++version, "other"), null, null))
                : new Change.Outcome(++version, null);
    }

    private Change.Found read() {
        reads++;
        return new Change.Found(true, row(version, "other"), null, null);
    }

    /** Of a lock that a session holds. */
    private static Row row(long version, String session) {
        var place = new KeyRecord.Place(session, "member", Mode.EXCLUSIVE, CLAIM, version, 0);
        var record = new KeyRecord(Long.MIN_VALUE, false, List.of(place), List.of(), Set.of());
        return new Row(version, RecordFormat.encode(record));
    }

    @FunctionalInterface
    private interface Answer {
        Object to(Object[] arguments);
    }

    private static <T> T interfaceOf(Class<T> type, Map<String, Answer> answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    if (method.getName().equals("hashCode")) {
                        return System.identityHashCode(proxy);
                    }
                    var answer = answers.get(method.getName());
                    return answer == null ? null : answer.to(given);
                }));
    }

    @Test
    void changeThatOthersForestallEachTimeEndsWithTheStatementsPatienceAsAnError() {
        refusals = Integer.MAX_VALUE;
        var start = System.nanoTime();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> session.claim(LOCK, Mode.EXCLUSIVE, CLAIM))
                .withMessageContaining("nothing was done")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(StoreException.Reason.UNREACHABLE));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(LEASE.dividedBy(3));
        assertThat(writes).isGreaterThan(1);
    }

    @Test
    void messageThatTellsOfTheGrantIsBelievedWithoutALook() {
        var claim = inLine();
        records.told(new Dialect.News(LOCK, row(version + 1, "me")));
        assertThat(claim.advance(() -> {})).isTrue();
        assertThat(claim.token()).isEqualTo(version + 1);
        assertThat(reads).isZero();
    }

    @Test
    void messageOfWhatWasBeforeIsNotBelieved() {
        var claim = inLine();
        records.told(new Dialect.News(LOCK, row(version - 1, "me")));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> claim.advance(() -> {}))
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(StoreException.Reason.CLAIM_LOST));
        assertThat(reads).isOne();
    }

    /** Behind another session. */
    private Claim inLine() {
        refusals = 1;
        var claim = session.claim(LOCK, Mode.EXCLUSIVE, CLAIM);
        assertThat(claim.held()).isFalse();
        return claim;
    }
}
