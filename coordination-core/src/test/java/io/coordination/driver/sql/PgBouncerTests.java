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

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.coordination.Coordinator;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Members behind a pooler that lends them another connection of the server for each transaction. */
@Tag("slow")
class PgBouncerTests {

    private static PostgreSqlServer server;
    private static PgBouncerServer bouncer;

    private final String namespace = UUID.randomUUID().toString();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        server = PostgreSqlServer.open();
        bouncer = PgBouncerServer.open(server, "default_pool_size=3");
    }

    @AfterAll
    static void stop() {
        if (bouncer != null) {
            bouncer.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.coordination.driver.sql");
    }

    private Coordinator behind() {
        return open(bouncer.url());
    }

    private Coordinator open(String url) {
        return Coordinator.builder()
                .url(url + "?namespace=" + namespace)
                .sessionTimeout(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(50))
                .open();
    }

    @Test
    void locksExclude() {
        try (var behind = behind();
                var direct = open(server.url())) {
            for (var i = 0; i < 20; i++) {
                var lease = behind.lock("x").tryAcquire().orElseThrow();
                assertThat(direct.lock("x").tryAcquire()).isEmpty();
                lease.close();
                var next = direct.lock("x").tryAcquire().orElseThrow();
                assertThat(behind.lock("x").tryAcquire()).isEmpty();
                next.close();
                assertThat(next.token()).isGreaterThan(lease.token());
            }
        }
    }

    @Test
    void sessionsAreRenewedAndGroupsSeen() throws Exception {
        try (var one = behind();
                var two = behind()) {
            one.group("g").join();
            two.group("g").join();
            assertThat(one.group("g").members()).hasSize(2);
            var lease = one.lock("kept").acquire();
            assertThat(two.lock("kept").tryAcquire(Duration.ofSeconds(4)))
                    .as("a lock whose holder renews its session of 3 s")
                    .isEmpty();
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void waitersPollWhereTheServerCanNotTellThem() throws Exception {
        try (var holder = behind();
                var waiter = behind()) {
            var held = holder.lock("w").acquire();
            var granted = new FutureTask<>(() -> waiter.lock("w").acquire());
            var waiting = new Thread(granted);
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            held.close();
            assertThat(granted.get(5, TimeUnit.SECONDS).token()).isGreaterThan(held.token());
        }
        assertThat(log.list.stream().filter(event -> event.getLevel() == Level.WARN))
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage, InstanceOfAssertFactories.STRING)
                .contains("LISTEN", "polls")
                .doesNotContain(server.password());
    }
}
