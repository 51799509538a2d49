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

import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.coordination.Coordinator;
import io.coordination.ForeignDataException;
import io.coordination.spi.Holder;
import io.coordination.spi.Mode;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the keys, to the byte, and what becomes of those that others write as tooz 9 does. */
class LayoutTests {

    private static final String RELEASE =
            "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end redis.call('del', KEYS[1]) return 1";

    private static RedisServer server;

    private Coordinator a;
    private Coordinator b;

    @BeforeAll
    static void start() throws Exception {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        server.plain().flushall();
        a = member("host-1");
        b = member("host-2");
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private static Coordinator member(String id) {
        return Coordinator.builder()
                .url(server.url())
                .memberId(id)
                .sessionTimeout(Duration.ofSeconds(5))
                .open();
    }

    /** As redis-py's lock takes it. */
    private static boolean toozTakes(String key, String token) {
        return server.plain().set(key, token, SetArgs.Builder.nx().px(5000)) != null;
    }

    private static void toozReleases(String key, String token) {
        assertThat(server.plain().<Long>eval(RELEASE, ScriptOutputType.INTEGER, new String[] {key}, token))
                .isEqualTo(1L);
    }

    @Test
    void groupsAndBeatsLookAsToozLeavesThem() {
        var zone = new LinkedHashMap<String, Object>();
        zone.put("role", "evaluator");
        zone.put("zone", "a");
        a.group("grp").join(Map.of("weight", 1));
        b.group("grp").join(zone);
        b.group("grp2").create();
        var plain = server.plain();
        assertThat(plain.smembers("_tooz_groups")).containsExactlyInAnyOrder("grp", "grp2");
        assertThat(server.hexHash("_tooz_group:grp"))
                .containsOnly(
                        entry("__created__", "31"),
                        entry("host-1", "81a677656967687401"),
                        entry("host-2", "82a4726f6c65a96576616c7561746f72a47a6f6e65a161"));
        assertThat(server.hexHash("_tooz_group:grp2")).containsOnly(entry("__created__", "31"));
        assertThat(plain.get("_tooz_beats:host-1")).isEqualTo("Not dead!");
        assertThat(plain.pttl("_tooz_beats:host-1")).isBetween(1L, 5000L);
        assertThat(plain.pttl("_tooz_group:grp")).isEqualTo(-1);
        assertThat(plain.pttl("_tooz_groups")).isEqualTo(-1);
        a.close();
        assertThat(plain.exists("_tooz_beats:host-1")).isZero();
        assertThat(server.hexHash("_tooz_group:grp")).doesNotContainKey("host-1");
    }

    @Test
    void locksAndLeadershipsAreWhereToozLooksForThem() {
        var plain = server.plain();
        a.lock("mylock").tryAcquire().orElseThrow();
        a.lock("read").shared().tryAcquire().orElseThrow();
        a.lock("some").permits(3).tryAcquire().orElseThrow();
        var election = a.election("lead").campaign();
        while (!election.isLeader()) {
            Thread.onSpinWait();
        }
        for (var key :
                new String[] {"_tooz_mylock_lock", "_tooz_read_lock", "_tooz_some_lock", "_tooz_leader_of_lead_lock"}) {
            assertThat(plain.get(key)).as(key).matches("[0-9a-f]{32}");
            assertThat(plain.pttl(key)).as(key).isBetween(1L, 5000L);
            assertThat(toozTakes(key, "5acc71e6e64711f1a36e02fc00000001"))
                    .as(key)
                    .isFalse();
        }
        a.close();
        assertThat(plain.keys("*_lock")).isEmpty();
        assertThat(toozTakes("_tooz_mylock_lock", "5acc71e6e64711f1a36e02fc00000001"))
                .isTrue();
    }

    @Test
    void whatToozHoldsIsContentionAndShownByItsToken() throws Exception {
        assertThat(toozTakes("_tooz_x_lock", "599c89fae64711f1a36e02fc00000001"))
                .isTrue();
        assertThat(a.lock("x").tryAcquire()).isEmpty();
        assertThat(a.lock("x").shared().tryAcquire()).isEmpty();
        assertThat(a.lock("x").permits(4).tryAcquire()).isEmpty();
        assertThat(a.lock("x").holders())
                .containsExactly(new Holder("599c89fae64711f1a36e02fc00000001", Mode.EXCLUSIVE, 0, null));
        var waiting = inBackground(() -> b.lock("x").acquire());
        toozReleases("_tooz_x_lock", "599c89fae64711f1a36e02fc00000001");
        assertThat(waiting.get(20, TimeUnit.SECONDS).isValid()).isTrue();
    }

    @Test
    void lockThatToozLetsExpireIsTaken() throws Exception {
        server.plain().set("_tooz_x_lock", "599c89fae64711f1a36e02fc00000001", SetArgs.Builder.px(700));
        assertThat(inBackground(() -> a.lock("x").acquire())
                        .get(20, TimeUnit.SECONDS)
                        .isValid())
                .isTrue();
    }

    @Test
    void readersKeepToozOutAsLongAsOneOfThemReads() {
        var one = a.lock("x").shared().tryAcquire().orElseThrow();
        var two = b.lock("x").shared().tryAcquire().orElseThrow();
        one.close();
        assertThat(toozTakes("_tooz_x_lock", "t")).isFalse();
        assertThat(two.release()).isTrue();
        assertThat(toozTakes("_tooz_x_lock", "t")).isTrue();
    }

    @Test
    void toozMemberLivesByItsBeats() {
        var plain = server.plain();
        toozMember("\u0080");
        a.group("g").join();
        assertThat(a.group("g").members()).extracting("id").containsExactlyInAnyOrder("python", "host-1");
        plain.del("_tooz_beats:python");
        assertThat(a.group("g").members()).extracting("id").containsExactly("host-1");
        assertThat(plain.hexists("_tooz_group:g", "python")).isFalse();
    }

    @Test
    void memberWithCapabilitiesThatNobodyCanReadIsAMemberAllTheSame() {
        toozMember("\u00c1");
        a.group("g").join();
        assertThat(a.group("g").member("python").orElseThrow().problem()).isNotNull();
        assertThat(a.partitioner("g").ring().members()).containsExactlyInAnyOrder("python", "host-1");
    }

    private void toozMember(String capabilities) {
        var plain = server.plain();
        plain.sadd("_tooz_groups", "g");
        plain.hset("_tooz_group:g", "__created__", "1");
        plain.hset("_tooz_group:g", "python", capabilities);
        plain.psetex("_tooz_beats:python", 60_000, "Not dead!");
    }

    @Test
    void nothingIsLeftOfLocksButTheCounter() {
        for (var i = 0; i < 1000; i++) {
            a.lock("name-" + i).tryAcquire().orElseThrow().close();
        }
        var held = a.lock("x").tryAcquire().orElseThrow();
        assertThat(server.plain().get("_tooz:token")).isEqualTo(String.valueOf(held.token()));
        held.close();
        a.close();
        b.close();
        assertThat(server.plain().keys("*")).containsExactly("_tooz:token");
        assertThat(server.plain().pttl("_tooz:token")).isEqualTo(-1);
    }

    @Test
    void namesThatMeanSomethingElseInTheseKeysStayApart() {
        var election = a.election("g").campaign();
        while (!election.isLeader()) {
            Thread.onSpinWait();
        }
        assertThat(b.lock("leader_of_g").tryAcquire()).isPresent();
        a.group("x_lock").join();
        assertThat(b.lock("group:x").tryAcquire()).isPresent();
        assertThat(b.lock("%%x").tryAcquire()).isPresent();
        try (var created = member("__created__")) {
            created.group("x_lock").join();
            assertThat(a.group("x_lock").members()).extracting("id").containsExactly("host-1", "__created__");
        }
    }

    @Test
    void foreignValuesAreRefusedAndNotTouched() {
        var plain = server.plain();
        plain.sadd("_tooz_set_lock", "x");
        plain.set("_tooz_forever_lock", "x");
        plain.set("_tooz:line:row", "x");
        plain.set("_tooz_group:string", "x");
        for (var name : new String[] {"set", "forever", "row"}) {
            assertThatExceptionOfType(ForeignDataException.class)
                    .as(name)
                    .isThrownBy(() -> a.lock(name).tryAcquire());
            assertThatExceptionOfType(ForeignDataException.class)
                    .as(name)
                    .isThrownBy(() -> a.lock(name).shared().tryAcquire());
        }
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.group("string").join());
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.group("string").members());
        assertThat(plain.smembers("_tooz_set_lock")).containsExactly("x");
        assertThat(plain.get("_tooz_forever_lock")).isEqualTo("x");
        assertThat(plain.get("_tooz:line:row")).isEqualTo("x");
        plain.set("_tooz:token", "not a number");
        assertThatExceptionOfType(ForeignDataException.class)
                .isThrownBy(() -> a.lock("fresh").tryAcquire());
        assertThat(plain.get("_tooz:token")).isEqualTo("not a number");
        assertThat(plain.exists("_tooz_fresh_lock")).isZero();
    }

    @Test
    void tokenRisesAlsoWhenTheCounterIsAheadOfTheClock() {
        server.plain().set("_tooz:token", "9000000000000000");
        assertThat(a.lock("x").tryAcquire().orElseThrow().token()).isEqualTo(9000000000000001L);
        assertThat(b.lock("y").shared().tryAcquire().orElseThrow().token()).isEqualTo(9000000000000002L);
    }
}
