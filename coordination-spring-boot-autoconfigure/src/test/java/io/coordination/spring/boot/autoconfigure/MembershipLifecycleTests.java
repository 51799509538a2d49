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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Member;
import io.coordination.spi.SessionState;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import io.coordination.spring.annotation.Otherwise;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** When an application takes part, and in which order it goes. */
class MembershipLifecycleTests {

    /** The common pool may have one thread only, and both tasks block. */
    private static final Executor OWN_THREAD = task -> new Thread(task).start();

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    @AfterEach
    void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    /** Notes what is true when the web server starts and stops. */
    @Configuration(proxyBeanMethods = false)
    static class Observing {

        private final List<String> seen = new ArrayList<>();

        @Bean
        SmartLifecycle observer(Coordinator coordinator) {
            return new SmartLifecycle() {

                private boolean running;

                @Override
                public void start() {
                    running = true;
                    seen.add("web starts, joined " + coordinator.joinedGroups());
                }

                @Override
                public void stop() {
                    running = false;
                    seen.add("web stops, joined " + coordinator.joinedGroups() + ", leader "
                            + coordinator
                                    .leader("g")
                                    .map(leader -> leader.member())
                                    .orElse("none") + ", "
                            + coordinator.state());
                }

                @Override
                public boolean isRunning() {
                    return running;
                }

                @Override
                public int getPhase() {
                    return SmartLifecycle.DEFAULT_PHASE - 1024;
                }
            };
        }
    }

    @Test
    void joinsAfterTheWebServerStartedAndHandsOverBeforeItDrains() {
        var context = run(WebApplicationType.NONE, Observing.class);
        var coordinator = context.getBean(Coordinator.class);
        eventually("it leads", () -> coordinator.election("g").isLeader());
        var next = other.election("g").campaign();
        var seen = context.getBean(Observing.class).seen;
        context.close();
        eventually("the next one leads", next::isLeader);
        assertThat(seen).first().isEqualTo("web starts, joined []");
        assertThat(seen)
                .last()
                .asString()
                .startsWith("web stops, joined [], leader ")
                .endsWith(", LIVE");
        assertThat(seen).last().asString().doesNotContain("leader mine");
        assertThat(coordinator.state()).isEqualTo(SessionState.LOST);
        assertThat(other.group("g").members()).isEmpty();
    }

    @Test
    void contextThatIsStoppedAndStartedAgainJoinsAndLeadsAgain() {
        var context = run(WebApplicationType.NONE, Leading.class);
        var leading = context.getBean(Leading.class);
        eventually("it leads", () -> "led".equals(leading.lead()));
        context.stop();
        assertThat(leading.lead()).isNull();
        assertThat(other.group("g").members()).isEmpty();
        context.start();
        eventually("it leads again", () -> "led".equals(leading.lead()));
        assertThat(other.group("g").members()).extracting(Member::id).containsExactly("mine");
    }

    @Test
    void applicationWhoseBeansAreLazyTakesPartToo() {
        run(WebApplicationType.NONE, Leading.class, "spring.main.lazy-initialization=true");
        assertThat(other.group("g").members()).extracting(Member::id).containsExactly("mine");
        eventually("it leads", () -> other.leader("g").isPresent());
    }

    static class Leading {

        @LeaderOnly
        public String lead() {
            return "led";
        }
    }

    static class LongWork {

        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch proceed = new CountDownLatch(1);

        @LeaderOnly(otherwise = Otherwise.FAIL)
        public String work() throws InterruptedException {
            inside.countDown();
            return proceed.await(20, TimeUnit.SECONDS) ? "done" : "too late";
        }

        @LeaderOnly
        public String quick() {
            return "ran";
        }

        public CountDownLatch inside() {
            return inside;
        }

        public CountDownLatch proceed() {
            return proceed;
        }
    }

    @Test
    void nobodyElseLeadsWhileACallForLeadersStillRuns() throws Exception {
        var context = run(WebApplicationType.NONE, LongWork.class);
        var coordinator = context.getBean(Coordinator.class);
        eventually("it leads", () -> coordinator.election("g").isLeader());
        var next = other.election("g").campaign();
        var work = context.getBean(LongWork.class);
        var call = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.work();
                    } catch (InterruptedException interrupted) {
                        return "interrupted";
                    }
                },
                OWN_THREAD);
        assertThat(work.inside().await(20, TimeUnit.SECONDS)).isTrue();
        var closing = CompletableFuture.runAsync(context::close, OWN_THREAD);
        eventually("no call is let in any more", () -> work.quick() == null);
        assertThat(other.leader("g"))
                .hasValueSatisfying(leader -> assertThat(leader.member()).isEqualTo("mine"));
        assertThat(next.isLeader()).isFalse();
        assertThat(closing).isNotDone();
        work.proceed().countDown();
        assertThat(call).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("done");
        assertThat(closing).succeedsWithin(Duration.ofSeconds(20));
        eventually("the next one leads", next::isLeader);
    }

    @Test
    void callForLeadersThatTakesTooLongIsInterrupted() throws Exception {
        var context = run(WebApplicationType.NONE, LongWork.class, "spring.lifecycle.timeout-per-shutdown-phase=50ms");
        var coordinator = context.getBean(Coordinator.class);
        eventually("it leads", () -> coordinator.election("g").isLeader());
        var work = context.getBean(LongWork.class);
        var call = new CompletableFuture<Throwable>();
        new Thread(() -> {
                    try {
                        work.work();
                    } catch (Exception failure) {
                        call.complete(failure);
                    }
                })
                .start();
        assertThat(work.inside().await(20, TimeUnit.SECONDS)).isTrue();
        context.close();
        assertThat(call)
                .succeedsWithin(Duration.ofSeconds(20))
                .asString()
                .contains("LeaseLostException", "CLOSED", "shuts down");
    }

    @RestController
    static class Requests {

        private final Coordinator coordinator;
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch proceed = new CountDownLatch(1);

        Requests(Coordinator coordinator) {
            this.coordinator = coordinator;
        }

        @GetMapping("/work")
        @DistributedLock("x")
        public String work() throws InterruptedException {
            inside.countDown();
            proceed.await(20, TimeUnit.SECONDS);
            return coordinator.leases().isEmpty() ? "lost" : "held";
        }

        public CountDownLatch inside() {
            return inside;
        }

        public CountDownLatch proceed() {
            return proceed;
        }
    }

    @Test
    void requestThatIsStillServedKeepsItsLockAfterLeadershipWasHandedOver() throws Exception {
        var context = run(WebApplicationType.SERVLET, Requests.class, "server.port=0", "server.shutdown=graceful");
        var coordinator = context.getBean(Coordinator.class);
        eventually("it leads", () -> coordinator.election("g").isLeader());
        var next = other.election("g").campaign();
        var requests = context.getBean(Requests.class);
        var port = ((WebServerApplicationContext) context).getWebServer().getPort();
        var answer = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/work"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(requests.inside().await(20, TimeUnit.SECONDS)).isTrue();
        var closing = CompletableFuture.runAsync(context::close, OWN_THREAD);
        eventually("the next one leads", next::isLeader);
        eventually("it has left", () -> other.group("g").members().isEmpty());
        assertThat(other.lock("x").tryAcquire()).isEmpty();
        requests.proceed().countDown();
        assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("held");
        assertThat(closing).succeedsWithin(Duration.ofSeconds(20));
        assertThat(other.lock("x").tryAcquire()).isPresent();
    }

    @Test
    void storeThatFailsDuringShutdownDoesNotHoldItUp() {
        var context = run(WebApplicationType.NONE, Leading.class);
        eventually(
                "it leads",
                () -> context.getBean(Coordinator.class).election("g").isLeader());
        store.line().cut();
        context.close();
        assertThat(context.isActive()).isFalse();
    }

    private ConfigurableApplicationContext run(WebApplicationType type, Class<?> with, String... properties) {
        var context = new SpringApplicationBuilder(Application.class, with)
                .web(type)
                .initializers(fresh -> fresh.getBeanFactory()
                        .registerSingleton(
                                "onTheLine", (CoordinatorBuilderCustomizer) builder -> builder.driver(store.line())))
                .properties(
                        "coordination.url=" + store.url(),
                        "coordination.groups=g",
                        "coordination.member-id=mine",
                        "coordination.session-timeout=1s",
                        "spring.main.banner-mode=off")
                .properties(properties)
                .registerShutdownHook(false)
                .run();
        contexts.add(context);
        return context;
    }
}
