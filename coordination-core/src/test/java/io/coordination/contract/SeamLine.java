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

import io.coordination.Coordinator;
import io.coordination.spi.Claim;
import io.coordination.spi.Driver;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A line for stores that have no wire: every call of the seam is a round trip that can be counted, cut off, or robbed of its
 * answer.
 */
public final class SeamLine implements Driver, Backend.Line {

    private static final Set<String> LOCAL = Set.of("traits", "held", "token", "toString", "hashCode", "equals");

    private final Driver driver;
    private final AtomicLong trips = new AtomicLong();
    private final AtomicReference<String> robbed = new AtomicReference<>("");
    private final Map<String, Opened> sessions = new ConcurrentHashMap<>();
    private volatile boolean cut;

    private record Opened(Session session, SessionEvents events) {}

    public SeamLine(Driver driver) {
        this.driver = driver;
    }

    @Override
    public Set<String> schemes() {
        return driver.schemes();
    }

    @Override
    public Session open(Target target, Surroundings with, SessionEvents events) {
        requireLine();
        var session = driver.open(target, with, events);
        sessions.put(target.memberId(), new Opened(session, events));
        return wired(Session.class, session);
    }

    @Override
    public void cut() {
        cut = true;
    }

    /** Where nothing is sent nothing can be garbled. */
    @Override
    public void garble() {
        cut();
    }

    @Override
    public void restore() {
        cut = false;
    }

    @Override
    public void loseReplyOf(String call) {
        robbed.set(call);
    }

    @Override
    public void expire(Coordinator member) {
        var opened = sessions.get(member.memberId());
        opened.session().close();
        opened.events().lost("the test ended it");
    }

    @Override
    public long trips() {
        return trips.get();
    }

    private void requireLine() {
        if (cut) {
            throw new StoreException(StoreException.Reason.UNREACHABLE, "the line is cut");
        }
    }

    /** A proxy, so that a new method of the seam is on the line by itself. */
    private <T> T wired(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            var remote = !LOCAL.contains(method.getName());
            if (remote) {
                trips.incrementAndGet();
                requireLine();
            }
            Object answer;
            try {
                answer = method.invoke(target, args);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
            if (remote && robbed.compareAndSet(method.getName(), "")) {
                throw new StoreException(StoreException.Reason.TIMED_OUT, "the answer was lost");
            }
            return answer instanceof Claim claim ? wired(Claim.class, claim) : answer;
        }));
    }
}
