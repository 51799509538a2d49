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
package io.coordination.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.contract.SeamLine;
import io.coordination.driver.memory.MemoryDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A store in memory for one test, its members, and the line between them, which can be cut. */
public final class TestStore implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String url = "memory://" + UUID.randomUUID();
    private final SeamLine line = new SeamLine(new MemoryDriver());
    private final List<Coordinator> members = new ArrayList<>();

    public String url() {
        return url;
    }

    public SeamLine line() {
        return line;
    }

    /** A member that ends with the store. */
    public Coordinator member(String id) {
        var member = Coordinator.builder()
                .url(url)
                .driver(line)
                .memberId(id)
                .sessionTimeout(Duration.ofSeconds(1))
                .open();
        members.add(member);
        return member;
    }

    @Override
    public void close() {
        line.restore();
        members.forEach(Coordinator::close);
    }

    /** Waits for what happens in the background. */
    public static void eventually(String what, BooleanSupplier condition) {
        var start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(PATIENCE);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
