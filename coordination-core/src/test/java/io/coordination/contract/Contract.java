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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts share: a store for each test, members on it, and waiting with a deadline. */
public abstract class Contract {

    /** What must happen happens within this time, however slow the machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Coordinator> members = new ArrayList<>();
    protected Backend store;

    /** A store of the driver under test. */
    protected abstract Backend backend() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = backend();
    }

    @AfterEach
    void closeStore() {
        store.line().restore();
        members.forEach(Coordinator::close);
        store.close();
    }

    /** A member that polls so seldom that only a notification can wake it in time. */
    protected final Coordinator member(String id) {
        var member = store.member().memberId(id).pollInterval(pollInterval()).open();
        members.add(member);
        return member;
    }

    protected final Duration pollInterval() {
        return store.pollInterval();
    }

    /** Runs a task that may block on a thread of its own. */
    public static <T> CompletableFuture<T> inBackground(Callable<T> task) {
        var result = new CompletableFuture<T>();
        var thread = new Thread(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** What a holder will be told of its loss. */
    public static CompletableFuture<LeaseLoss> told(Lease lease) {
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        return told;
    }

    /** Waits for a task to end. */
    public static <T> T outcome(CompletableFuture<T> task) throws Exception {
        try {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw failure;
        } catch (TimeoutException never) {
            throw new AssertionError("it did not end within " + PATIENCE, never);
        }
    }

    /** Looks again and again, for as long as patience lasts. */
    public static void eventually(String what, BooleanSupplier condition) {
        var start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(PATIENCE);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until somebody is in line, which the trip after those that lead there proves. */
    protected final void untilInLine(long tripsBefore) {
        untilTripsExceed(tripsBefore + store.tripsIntoLine());
    }

    protected final void untilTripsExceed(long before) {
        eventually("a trip", () -> store.line().trips() > before);
    }
}
