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

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static io.coordination.contract.Contract.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.Clock;
import io.coordination.spi.StoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What becomes of a statement that fails, and of its connection. */
class ConnectionsTests {

    private final AtomicInteger made = new AtomicInteger();
    private final Connections connections = new Connections(this::connection, 1, Clock.SYSTEM, Duration.ofMillis(200));

    private Connection connection() {
        made.incrementAndGet();
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getAutoCommit" -> true;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> null;
                });
    }

    @Test
    void deadlockAndSerializationFailureAreTriedAgain() {
        for (var state : new String[] {"40001", "40P01"}) {
            var tries = new AtomicInteger();
            assertThat(connections.<String>use(connection -> {
                        if (tries.incrementAndGet() < 3) {
                            throw new SQLException("deadlock detected", state);
                        }
                        return "done";
                    }))
                    .isEqualTo("done");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void deadlockThatDoesNotEndIsAFailureThatMayPass() {
        fails("40P01", 0, StoreException.Reason.UNREACHABLE);
        fails("HY000", 1205, StoreException.Reason.UNREACHABLE);
        assertThat(made.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void brokenConnectionLeavesTheOutcomeUnknownAndIsNotUsedAgain() {
        fails("08006", 0, StoreException.Reason.TIMED_OUT);
        fails("57P01", 0, StoreException.Reason.TIMED_OUT);
        assertThat(connections.<String>use(connection -> "done")).isEqualTo("done");
        assertThat(made).hasValue(3);
    }

    @Test
    void refusalIsAnAnswerAndTheConnectionIsKept() {
        fails("42501", 0, StoreException.Reason.REFUSED);
        assertThat(connections.<String>use(connection -> "done")).isEqualTo("done");
        assertThat(made).hasValue(1);
    }

    @Test
    void callerThatFindsNoConnectionFreeIsToldThatNothingWasSent() {
        connections.use(connection -> {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> connections.use(other -> "never"))
                    .withMessageContaining("nothing was sent")
                    .satisfies(failure -> assertThat(failure.reason()).isEqualTo(StoreException.Reason.UNREACHABLE));
            return true;
        });
    }

    @Test
    void interruptEndsNoStatementAndIsKept() {
        Thread.currentThread().interrupt();
        assertThat(connections.<Boolean>use(connection -> Thread.currentThread().isInterrupted()))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    private void fails(String state, int code, StoreException.Reason reason) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> connections.use(connection -> {
                    throw new SQLException("no", state, code);
                }))
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    @Test
    void interruptOfWhoWaitsForItsTurnIsKept() throws Exception {
        var patience = Duration.ofSeconds(20);
        var source = new Connections(this::connection, 1, Clock.SYSTEM, patience);
        var shared = new LockConnection(source, Clock.SYSTEM, patience, connection -> {}, () -> false);
        var inUse = new CompletableFuture<Boolean>();
        var enough = new CompletableFuture<Boolean>();
        var first = inBackground(() -> shared.use(connection -> inUse.complete(true) && enough.join()));
        outcome(inUse);
        var thread = new AtomicReference<Thread>();
        var second = inBackground(() -> {
            thread.set(Thread.currentThread());
            shared.use(connection -> true);
            return Thread.interrupted();
        });
        eventually("it waits", () -> thread.get() != null && thread.get().getState() == Thread.State.TIMED_WAITING);
        thread.get().interrupt();
        eventually("it noticed", () -> !thread.get().isInterrupted());
        enough.complete(true);
        assertThat(outcome(second)).isTrue();
        assertThat(outcome(first)).isTrue();
    }
}
