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
package io.coordination.spring.integration;

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coordination.BadNameException;
import io.coordination.Coordinator;
import io.coordination.LeaseLostException;
import io.coordination.spring.TestStore;
import io.coordination.spring.boot.autoconfigure.CoordinationAutoConfiguration;
import io.coordination.spring.boot.autoconfigure.CoordinationIntegrationAutoConfiguration;
import io.coordination.spring.event.CoordinationEvent;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.endpoint.EventDrivenConsumer;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.store.MessageGroupStore;
import org.springframework.integration.store.SimpleMessageStore;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.integration.support.locks.DefaultLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.messaging.MessageChannel;

/** Spring Integration on the coordinator. */
class IntegrationTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final TestStore store = new TestStore();
    private final CoordinationLockRegistry registry = new CoordinationLockRegistry(store.member("mine"));
    private final Coordinator other = store.member("other");
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationAutoConfiguration.class, CoordinationIntegrationAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url(), "coordination.groups=g");

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keysAreNamesOfLocks() {
        var lock = registry.obtain("x");
        lock.lock();
        assertThat(other.lock("x").tryAcquire()).isEmpty();
        lock.unlock();
        try (var theirs = other.lock("x").tryAcquire().orElseThrow()) {
            assertThat(theirs.isValid()).isTrue();
            assertThat(lock.tryLock()).isFalse();
        }
        assertThatThrownBy(() -> registry.obtain("")).isInstanceOf(BadNameException.class);
    }

    @Test
    void lockIsReentrantHoweverOftenItIsObtained() throws Exception {
        registry.obtain("x").lock();
        assertThat(registry.obtain("x").tryLock()).isTrue();
        assertThat(registry.obtain("x").tryLock(1, TimeUnit.SECONDS)).isTrue();
        for (var i = 0; i < 3; i++) {
            assertThat(other.lock("x").holders()).hasSize(1);
            registry.obtain("x").unlock();
        }
        assertThat(other.lock("x").holders()).isEmpty();
        assertThatThrownBy(() -> registry.obtain("x").unlock()).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void otherThreadsAreKeptOutAndCanNotUnlock() {
        registry.obtain("x").lock();
        var lock = registry.obtain("x");
        assertThat(elsewhere(lock::tryLock)).isFalse();
        assertThatThrownBy(() -> elsewhere(() -> {
                    lock.unlock();
                    return true;
                }))
                .hasCauseInstanceOf(IllegalMonitorStateException.class);
        lock.unlock();
        assertThat(elsewhere(() -> {
                    lock.lock();
                    lock.unlock();
                    return true;
                }))
                .isTrue();
    }

    private static boolean elsewhere(Supplier<Boolean> task) {
        return CompletableFuture.supplyAsync(task)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void lockThatWasLostSaysSoAtItsUnlock() {
        var lock = registry.obtain("x");
        lock.lock(SHORT);
        assertThat(waitsFor("x"))
                .as("others may have it after the time at most")
                .isTrue();
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasCauseInstanceOf(LeaseLostException.class);
        lock.lock();
        lock.unlock();
    }

    @Test
    void renewedLockOutlivesItsTime() throws Exception {
        var lock = registry.obtain("x");
        var forEver = registry.obtain("y");
        assertThat(lock.tryLock(LONG, SHORT)).isTrue();
        assertThat(forEver.tryLock(LONG, SHORT)).isTrue();
        registry.renewLock("x", LONG);
        registry.renewLock("y");
        registry.obtain("z").lock(SHORT);
        assertThat(waitsFor("z")).isTrue();
        assertThat(other.lock("x").tryAcquire()).isEmpty();
        assertThat(other.lock("y").tryAcquire()).isEmpty();
        lock.unlock();
        forEver.unlock();
        assertThatThrownBy(() -> registry.renewLock("z")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> registry.renewLock("never")).isInstanceOf(IllegalStateException.class);
    }

    private boolean waitsFor(String name) {
        try (var theirs = other.lock(name).tryAcquire(LONG).orElseThrow()) {
            return theirs.isValid();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Aggregating {

        /** What the instances share: the groups of messages that are not complete yet. */
        static final MessageGroupStore SHARED = new SimpleMessageStore();

        static final QueueChannel RELEASED = new QueueChannel();

        @Bean
        IntegrationFlow aggregation(LockRegistry<?> locks) {
            return IntegrationFlow.from("in")
                    .aggregate(spec -> spec.lockRegistry(locks)
                            .messageStore(SHARED)
                            .releaseStrategy(group -> group.size() == 10)
                            .expireGroupsUponCompletion(true))
                    .channel(RELEASED)
                    .get();
        }
    }

    @Test
    void aggregatorsOfTwoInstancesReleaseEachGroupOnce() {
        runner.withUserConfiguration(Aggregating.class)
                .run(one -> runner.withUserConfiguration(Aggregating.class).run(two -> {
                    var inputs =
                            List.of(one.getBean("in", MessageChannel.class), two.getBean("in", MessageChannel.class));
                    var sent = IntStream.range(0, 200)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> inputs.get(i % 2)
                                    .send(MessageBuilder.withPayload(i)
                                            .setCorrelationId(i / 10)
                                            .build())))
                            .toList();
                    sent.forEach(each -> each.orTimeout(60, TimeUnit.SECONDS).join());
                    var payloads = Aggregating.RELEASED.clear().stream()
                            .map(message -> (List<?>) message.getPayload())
                            .toList();
                    assertThat(payloads).hasSize(20).allMatch(released -> released.size() == 10);
                }));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class OnLeaderOnly {

        @Bean
        IntegrationFlow working() {
            return IntegrationFlow.from("work")
                    .handle(message -> {}, spec -> spec.id("worker").role("g").autoStartup(false))
                    .get();
        }
    }

    @Test
    void endpointsOfARoleRunOnTheLeaderOnly() {
        other.election("g").campaign();
        eventually("the other one leads", () -> other.election("g").isLeader());
        runner.withUserConfiguration(OnLeaderOnly.class).run(context -> {
            var worker = context.getBean("worker", EventDrivenConsumer.class);
            var mine = context.getBean(Coordinator.class).election("g");
            assertThat(worker.isRunning()).isFalse();
            eventually("we stand and are elected", () -> {
                other.election("g").resign();
                return mine.isLeader();
            });
            eventually("the endpoint starts", worker::isRunning);
            eventually("the other one stands and is elected again", () -> {
                mine.resign();
                return other.election("g").isLeader();
            });
            eventually("the endpoint stops", () -> !worker.isRunning());
        });
    }

    @Test
    void leadershipCanBeYielded() {
        runner.run(context -> {
            var heard = new CompletableFuture<OnGrantedEvent>();
            var mine = context.getBean(Coordinator.class).election("g");
            eventually("we lead", mine::isLeader);
            var leadership = new LeaderEventBridge(
                    context.getBean(Coordinator.class), event -> heard.complete((OnGrantedEvent) event));
            leadership.on(
                    new CoordinationEvent.LeadershipGranted("g", mine.lease().orElseThrow()));
            var granted = heard.join();
            assertThat(granted.getRole()).isEqualTo("g");
            assertThat(granted.getContext().isLeader()).isTrue();
            other.election("g").campaign();
            eventually("the other one leads", () -> {
                granted.getContext().yield();
                return other.election("g").isLeader();
            });
            assertThat(granted.getContext().isLeader()).isFalse();
        });
    }

    @Test
    void registryOfTheApplicationStays() {
        runner.withBean(LockRegistry.class, DefaultLockRegistry::new)
                .run(context -> assertThat(context)
                        .hasSingleBean(LockRegistry.class)
                        .doesNotHaveBean(CoordinationLockRegistry.class));
        runner.withClassLoader(new FilteredClassLoader("org.springframework.integration"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("coordinationLockRegistry"));
        runner.withPropertyValues("coordination.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockRegistry.class));
    }
}
