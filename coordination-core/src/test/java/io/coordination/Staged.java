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

import io.coordination.driver.memory.MemoryDriver;
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Driver;
import io.coordination.spi.Scheduler;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.Traits;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory whose sessions last as long as a test says, on one thread: what is done in the background is done at once,
 * and what is scheduled when the test lets the time pass.
 */
final class Staged implements Driver, Clock, Scheduler {

    static final Duration LEASE = Duration.ofSeconds(10);

    private final MemoryDriver memory = new MemoryDriver();
    private final AtomicReference<SessionEvents> events = new AtomicReference<>();
    private final List<Due> scheduled = new ArrayList<>();
    private long now = Duration.ofDays(1).toNanos();
    private Duration answersAfter = Duration.ZERO;
    private boolean silent;
    private String broken = "";
    private long forgotten;

    private record Due(long at, Runnable task) {}

    CoordinatorBuilder builder() {
        return Coordinator.builder()
                .url("memory://" + UUID.randomUUID())
                .memberId("m")
                .sessionTimeout(LEASE)
                .driver(this)
                .clock(this)
                .threads(this, Runnable::run);
    }

    /** What the store tells of the latest session. */
    SessionEvents session() {
        return events.get();
    }

    /** From now on renewals take so long. */
    void answersAfter(Duration delay) {
        answersAfter = delay;
    }

    /** From now on renewals fail. */
    void fallsSilent() {
        silent = true;
    }

    /** The next call of this name fails as no driver should. */
    void breaksOnceAt(String call) {
        broken = call;
    }

    /** From now on tokens are so much smaller. */
    void forgetsTokens(long number) {
        forgotten = number;
    }

    void pass(Duration time) {
        var end = now + time.toNanos();
        for (var due = next(end); due != null; due = next(end)) {
            now = Math.max(now, due.at);
            due.task.run();
        }
        now = Math.max(now, end);
    }

    private @Nullable Due next(long end) {
        var next = scheduled.stream()
                .filter(due -> due.at <= end)
                .min((one, other) -> Long.compare(one.at, other.at))
                .orElse(null);
        scheduled.remove(next);
        return next;
    }

    @Override
    public Set<String> schemes() {
        return memory.schemes();
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents told) {
        events.set(told);
        var session = memory.open(target, with, told);
        return (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "traits" -> leased(session.traits());
                    case "renew" -> renewed();
                    default -> {
                        if (method.getName().equals(broken)) {
                            broken = "";
                            throw new IllegalStateException("a bug of a client library");
                        }
                        var answer = invoke(session, method, arguments);
                        yield forgotten > 0 && answer instanceof Claim claim ? smaller(claim) : answer;
                    }
                });
    }

    private static @Nullable Object invoke(Object on, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private Claim smaller(Claim claim) {
        var by = forgotten;
        return (Claim) Proxy.newProxyInstance(
                Claim.class.getClassLoader(),
                new Class<?>[] {Claim.class},
                (proxy, method, arguments) ->
                        method.getName().equals("token") ? claim.token() - by : invoke(claim, method, arguments));
    }

    private static Traits leased(Traits traits) {
        return new Traits(traits.characteristics(), LEASE, traits.granularity(), traits.tokens());
    }

    private Duration renewed() {
        now += answersAfter.toNanos();
        if (silent) {
            throw new StoreException(StoreException.Reason.TIMED_OUT, "no answer");
        }
        return LEASE;
    }

    @Override
    public Scheduler.Cancellable after(Duration delay, Runnable task) {
        var due = new Due(now + delay.toNanos(), task);
        scheduled.add(due);
        return () -> scheduled.remove(due);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallMillis() {
        return now / 1_000_000;
    }

    @Override
    public void park(long nanos) {
        pass(Duration.ofNanos(Math.min(nanos, Duration.ofMinutes(1).toNanos())));
    }

    @Override
    public void unpark(Thread thread) {}
}
