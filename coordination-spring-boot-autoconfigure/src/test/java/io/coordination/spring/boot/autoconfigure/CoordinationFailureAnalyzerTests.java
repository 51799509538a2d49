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
package io.coordination.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What people read when the application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class CoordinationFailureAnalyzerTests {

    private static final String ORIGIN = "(\"coordination.%s\" from property source \"commandLineArgs\")";

    private final TestStore store = new TestStore();

    @BeforeEach
    void logAsApplicationsDo() {
        org.springframework.boot.logging.LoggingSystem.get(getClass().getClassLoader())
                .setLogLevel("org.springframework.boot.diagnostics", LogLevel.ERROR);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class OnTheLine {}

    static class Guarded {

        @DistributedLock("x")
        public int primitive() {
            return 1;
        }
    }

    @Test
    void unknownScheme(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=foo://user:s3cr3t@host"))
                .contains("No driver for 'foo://'", "memory", "Mend the scheme of coordination.url")
                .contains(ORIGIN.formatted("url"))
                .doesNotContain("s3cr3t");
    }

    @Test
    void badOption(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=memory://x?tiemout=3"))
                .contains("tiemout", "Mend coordination.url " + ORIGIN.formatted("url"));
    }

    @Test
    void tlsWhereThereIsNoConnection(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=memory://x", "--coordination.ssl.enabled=true"))
                .contains("no connection to secure with TLS")
                .contains("Mend coordination.url " + ORIGIN.formatted("url") + " or coordination.ssl.");
    }

    @Test
    void capabilitiesThatAreTooLarge(CapturedOutput output) {
        assertThat(analysis(
                        output,
                        "--coordination.url=" + store.url(),
                        "--coordination.capabilities.blob=" + "x".repeat(65 * 1024)))
                .contains("64 KiB", "Mend coordination.capabilities.");
    }

    @Test
    void badUrlIsNotRepeated(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=redis://user:s3c@r3t@host"))
                .contains("'@'", "%40", "Mend coordination.url")
                .doesNotContain("s3c", "r3t@");
    }

    @Test
    void unmetDemand(CapturedOutput output) {
        assertThat(analysis(
                        output, "--coordination.url=" + store.url(), "--coordination.require=distributed-across-hosts"))
                .contains("does not promise [DISTRIBUTED_ACROSS_HOSTS]")
                .contains("Demand less in coordination.require " + ORIGIN.formatted("require"));
    }

    @Test
    void tokensThatSurviveTooLittle(CapturedOutput output) {
        assertThat(analysis(
                        output, "--coordination.url=" + store.url(), "--coordination.require-token-durability=durable"))
                .contains("are VOLATILE as it is set up, which is less than DURABLE")
                .contains("coordination.require-token-durability " + ORIGIN.formatted("require-token-durability"));
    }

    @Test
    void storeThatDoesNotAnswer(CapturedOutput output) {
        store.line().cut();
        assertThat(analysis(output, "--coordination.url=" + store.url()))
                .contains("Could not open a session", "the line is cut")
                .contains("Start the store, or mend coordination.url " + ORIGIN.formatted("url"));
    }

    @Test
    void applicationWithoutDataSource(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=datasource:"))
                .contains("has no DataSource", "set spring.datasource.url")
                .contains("Mend coordination.url " + ORIGIN.formatted("url"));
    }

    @Test
    void databaseOfTheApplicationThatIsDown(CapturedOutput output) {
        assertThat(analysis(
                        output,
                        "--coordination.url=datasource:",
                        "--coordination.session-timeout=3s",
                        "--spring.autoconfigure.exclude=",
                        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/nowhere",
                        "--spring.datasource.username=somebody",
                        "--spring.datasource.password=s3cr3t"))
                .contains("Could not open a session")
                .contains("Start the store, or mend spring.datasource.url (\"spring.datasource.url\"")
                .doesNotContain("s3cr3t");
    }

    @Test
    void ensembleThatIsDown(CapturedOutput output) throws Exception {
        int port;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        var start = System.nanoTime();
        assertThat(analysis(
                        output,
                        "--coordination.url=zookeeper://127.0.0.1:" + port,
                        "--coordination.session-timeout=4s"))
                .contains("no ZooKeeper server answered at 127.0.0.1:" + port + " within 2000 ms")
                .contains("Start the store, or mend coordination.url " + ORIGIN.formatted("url"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void directoryThatIsRefused(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=file:///proc/coordination"))
                .contains("/proc/coordination")
                .contains("Mend ", "coordination.url");
    }

    @Test
    void memberThatIsThereAlready(CapturedOutput output) {
        store.member("same").group("g").join();
        assertThat(analysis(
                        output,
                        "--coordination.url=" + store.url(),
                        "--coordination.member-id=same",
                        "--coordination.groups=g"))
                .contains(
                        "a member of this id is in the group already",
                        "Give each process its own coordination.member-id");
    }

    @Test
    void wrongAnnotation(CapturedOutput output) {
        assertThat(analysis(output, Guarded.class, "--coordination.url=" + store.url()))
                .contains("@DistributedLock on", "Guarded.primitive()", "Mend the annotation");
    }

    @Test
    void wrongValueOfAProperty(CapturedOutput output) {
        assertThat(analysis(output, "--coordination.url=" + store.url(), "--coordination.session-timeout=1ms"))
                .contains("'1ms'", "coordination.session-timeout", "must be between");
    }

    private String analysis(CapturedOutput output, String... args) {
        return analysis(output, OnTheLine.class, args);
    }

    private String analysis(CapturedOutput output, Class<?> with, String... args) {
        var application = new SpringApplicationBuilder(Application.class, with)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off")
                .initializers(fresh -> {
                    if (fresh.getEnvironment()
                            .getProperty("coordination.url", "")
                            .equals(store.url())) {
                        fresh.getBeanFactory().registerSingleton("onTheLine", (CoordinatorBuilderCustomizer)
                                builder -> builder.driver(store.line()));
                    }
                })
                .registerShutdownHook(false);
        assertThatThrownBy(() -> application.run(args).close()).isNotNull();
        assertThat(output.getAll()).contains("APPLICATION FAILED TO START");
        return output.getAll();
    }
}
