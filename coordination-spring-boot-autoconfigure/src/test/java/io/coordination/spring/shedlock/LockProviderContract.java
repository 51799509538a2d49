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
package io.coordination.spring.shedlock;

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import java.time.Duration;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** ShedLock's own tests of a provider, on one store. */
abstract class LockProviderContract extends AbstractExtensibleLockProviderIntegrationTest {

    private Coordinator mine;
    private Coordinator other;

    /** Where the store is, or what the contexts of one test share. */
    abstract String url();

    @BeforeEach
    void open() {
        mine = open("mine");
        other = open("other");
    }

    private Coordinator open(String member) {
        return Coordinator.builder()
                .url(url())
                .memberId(member)
                .sessionTimeout(Duration.ofSeconds(10))
                .open();
    }

    @AfterEach
    void close() {
        mine.close();
        other.close();
    }

    @Override
    protected ExtensibleLockProvider getLockProvider() {
        return new CoordinationLockProvider(mine);
    }

    @Override
    protected void assertLocked(String name) {
        assertThat(other.lock(name).holders()).hasSize(1);
        assertThat(other.lock(name).tryAcquire()).isEmpty();
    }

    /** A lock whose time is over is given back in the background. */
    @Override
    protected void assertUnlocked(String name) {
        eventually("it is free", () -> other.lock(name).holders().isEmpty());
    }
}
