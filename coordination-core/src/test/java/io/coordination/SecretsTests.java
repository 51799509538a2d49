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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.core.OutputStreamAppender;
import io.coordination.contract.Contract;
import io.coordination.contract.FaultProxy;
import io.coordination.contract.LocalServer;
import io.coordination.driver.sql.MariaDbServer;
import io.coordination.driver.sql.PostgreSqlServer;
import io.coordination.spi.SessionState;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.curator.test.TestingServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A password in a URL, a run with faults, and all that it printed, threw, named and turned into text. */
@Tag("slow")
class SecretsTests {

    /** What the databases of the tests take, too. */
    private static final String SECRET = "s3cret";

    private static final String WRONG = "wr0ng";

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.coordination");
    private final OutputStreamAppender<ch.qos.logback.classic.spi.ILoggingEvent> appender =
            new OutputStreamAppender<>();

    @BeforeEach
    void listen() {
        var layout = new PatternLayoutEncoder();
        layout.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        layout.setPattern("%thread %logger %mdc %msg%n%ex");
        layout.start();
        appender.setContext(layout.getContext());
        appender.setEncoder(layout);
        appender.setOutputStream(said);
        appender.start();
        root.addAppender(appender);
        ours.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        ours.setLevel(null);
        root.detachAppender(appender);
    }

    @Test
    void redisTellsNobody() throws Exception {
        try (var server = LocalServer.redis("--requirepass", SECRET)) {
            runWithFaults(server.port(), "redis://:%s@127.0.0.1:%d");
        }
    }

    @Test
    void postgreSqlTellsNobody() throws Exception {
        try (var server = PostgreSqlServer.open()) {
            runWithFaults(server.port(), "postgresql://app:%s@127.0.0.1:%d/app?ssl=false");
        }
    }

    @Test
    void mariaDbTellsNobody() throws Exception {
        try (var server = MariaDbServer.open()) {
            runWithFaults(server.port(), "mariadb://app:%s@127.0.0.1:%d/app?ssl=false");
        }
    }

    @Test
    void zooKeeperTellsNobody() throws Exception {
        try (var server = new TestingServer()) {
            runWithFaults(server.getPort(), "zookeeper://app:%s@127.0.0.1:%d");
        }
    }

    private void runWithFaults(int port, String url) throws IOException {
        try (var proxy = new FaultProxy(port, new Bytes())) {
            // On a busy machine it takes longer than the lease to load a client.
            proxy.cut();
            fails(() -> open(url, SECRET, proxy));
            proxy.restore();
            runWithFaults(proxy, url);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("io.coordination", "is lost")
                .doesNotContain(SECRET, WRONG);
    }

    private void runWithFaults(FaultProxy proxy, String url) {
        try (var a = open(url, SECRET, proxy)) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var election = a.election("g").campaign();
            a.group("g").join(Map.of("a", 1));
            tell(
                    a,
                    a.url(),
                    lease,
                    a.lock("x"),
                    election,
                    a.group("g"),
                    a.group("g").members(),
                    a.partitioner("g"));
            fails(() -> open(url + (url.contains("?") ? "&" : "?") + "tiemout=3", SECRET, proxy));
            // A server without users takes any.
            tell(catchThrowable(() -> open(url, WRONG, proxy).close()));
            proxy.cut();
            fails(() -> a.lock("y").tryAcquire());
            fails(() -> open(url, SECRET, proxy));
            Contract.eventually("it is lost", () -> a.state() == SessionState.LOST);
            tell(a, lease, lease.loss(), election);
            Thread.getAllStackTraces().keySet().forEach(thread -> tell(thread.getName()));
            proxy.restore();
            Contract.eventually("it is back", () -> a.state() == SessionState.LIVE);
            fails(() -> a.group("missing").leave());
        }
    }

    private static Coordinator open(String url, String password, FaultProxy proxy) {
        return Coordinator.builder()
                .url(url.formatted(password, proxy.port()))
                .memberId("a")
                .sessionTimeout(Duration.ofSeconds(9))
                .open();
    }

    private void fails(ThrowingCallable call) {
        var failure = catchThrowable(call);
        assertThat(failure).isInstanceOf(CoordinationException.class);
        tell(failure);
    }

    private void tell(Object... shown) {
        for (var one : shown) {
            if (one instanceof Throwable failure) {
                var trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace, true));
                said.writeBytes(trace.toString().getBytes(StandardCharsets.UTF_8));
            } else {
                said.writeBytes(String.valueOf(one).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Whatever has come. */
    private static final class Bytes implements FaultProxy.Protocol {

        @Override
        public byte[] read(DataInputStream from) throws IOException {
            var first = from.read();
            if (first < 0) {
                throw new EOFException();
            }
            var all = new ByteArrayOutputStream();
            all.write(first);
            all.writeBytes(from.readNBytes(Math.min(from.available(), 8192)));
            return all.toByteArray();
        }

        @Override
        public FaultProxy.Request request(byte[] frame, boolean first) {
            return new FaultProxy.Request(NONE, "");
        }

        @Override
        public long answered(byte[] frame, boolean first) {
            return NONE;
        }
    }
}
