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
package io.coordination.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.contract.Sized;
import io.coordination.torture.DatabaseStore.Locks;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What each store promises holds while members and servers are killed, frozen, cut off and lied to. */
@Tag("slow")
@Timeout(1200)
@Execution(ExecutionMode.CONCURRENT)
class StoresUnderFireTests {

    private static final int USUAL = 60;
    private static final int FULL = 600;

    @Sized(usual = USUAL, full = FULL)
    void redis(int seconds) throws Exception {
        try (var store = new RedisStore()) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void redisSentinel(int seconds) throws Exception {
        try (var store = new SentinelStore()) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void file(int seconds) throws Exception {
        try (var store = new FileStore()) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void ipc(int seconds) throws Exception {
        try (var store = new IpcStore()) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void postgreSql(int seconds) throws Exception {
        try (var store = DatabaseStore.postgreSql(Locks.ROWS)) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void postgreSqlSession(int seconds) throws Exception {
        try (var store = DatabaseStore.postgreSql(Locks.SESSION)) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void mariaDb(int seconds) throws Exception {
        try (var store = DatabaseStore.mariaDb(Locks.ROWS)) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void mariaDbSession(int seconds) throws Exception {
        try (var store = DatabaseStore.mariaDb(Locks.SESSION)) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void mySql(int seconds) throws Exception {
        try (var store = DatabaseStore.mySql(Locks.ROWS)) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void mySqlSession(int seconds) throws Exception {
        try (var store = DatabaseStore.mySql(Locks.SESSION)) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void memcached(int seconds) throws Exception {
        try (var store = new MemcachedStore()) {
            keepsItsPromises(store, seconds);
        }
    }

    @Sized(usual = USUAL, full = FULL)
    void zooKeeper(int seconds) throws Exception {
        try (var store = new ZooKeeperStore()) {
            keepsItsPromises(store, seconds);
        }
    }

    private static void keepsItsPromises(Store store, int seconds) throws Exception {
        var faults = new ArrayList<>(Faults.ofProcess());
        faults.addAll(Faults.ofClock());
        faults.addAll(store.faults());
        if (store.hasLines()) {
            faults.addAll(Faults.ofLine());
        }
        var members = Sized.Size.isFull() ? 3 : 2;
        var plan = Run.Plan.of(members, seconds, faults);
        var history = Run.of(store, plan);
        var verdict = Verdict.of(history, Promises.of(history, store));
        System.out.println(store.name() + " with seed " + plan.seed() + ": " + verdict);
        System.out.println(verdict.row(store.name(), members, seconds, plan.seed()));
        assertThat(verdict.isGood()).as("seed %s: %s", plan.seed(), verdict).isTrue();
    }
}
