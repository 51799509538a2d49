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
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.LeaderLifecycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;

/** Beans that run on the leader. */
class LeaderLifecyclesTests {

    private final TestStore store = new TestStore();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationAutoConfiguration.class, CoordinationAnnotationsAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url(), "coordination.groups=g");

    @AfterEach
    void close() {
        store.close();
    }

    @LeaderLifecycle
    static class Poller implements SmartLifecycle {

        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public boolean isAutoStartup() {
            return false;
        }
    }

    @Test
    void beanRunsWhileThisMemberLeads() {
        var other = store.member("other").election("g").campaign();
        eventually("the other one leads", other::isLeader);
        var pollers = new Poller[1];
        runner.withBean(Poller.class).run(context -> {
            pollers[0] = context.getBean(Poller.class);
            assertThat(pollers[0].isRunning()).isFalse();
            other.close();
            eventually("it is started", pollers[0]::isRunning);
            var again = store.member("again").election("g").campaign();
            var election = context.getBean(Coordinator.class).election("g");
            eventually("the other one leads", () -> {
                // Whoever resigns before the other one stands is elected again.
                election.resign();
                return again.isLeader();
            });
            eventually("it is stopped", () -> !pollers[0].isRunning());
            again.close();
            eventually("it is started again", pollers[0]::isRunning);
        });
        assertThat(pollers[0].isRunning()).isFalse();
    }

    @LeaderLifecycle
    static class NoLifecycle {}

    @LeaderLifecycle
    static class StartsByItself extends Poller {

        @Override
        public boolean isAutoStartup() {
            return true;
        }
    }

    @LeaderLifecycle("elsewhere")
    static class OfAnotherGroup extends Poller {}

    @Test
    void beanThatCanNotBeBoundStopsTheStart() {
        refuses(
                NoLifecycle.class,
                "it is no Lifecycle, so it can not be started and stopped; implement SmartLifecycle");
        refuses(StartsByItself.class, "it starts by itself on every member; return false from isAutoStartup()");
        refuses(
                OfAnotherGroup.class,
                "group 'elsewhere' is not joined, and the application joins g; name one, or add it to"
                        + " coordination.groups");
    }

    private void refuses(Class<?> bean, String problem) {
        runner.withBean("bound", bean)
                .run(context ->
                        assertThat(context).getFailure().hasMessage("@LeaderLifecycle on bean 'bound': " + problem));
    }
}
