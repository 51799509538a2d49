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

import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import io.coordination.spring.shedlock.CoordinationLockProvider;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** An application with {@code @SchedulerLock} needs no other provider. */
class CoordinationShedLockAutoConfigurationTests {

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationAutoConfiguration.class, CoordinationShedLockAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url());

    @AfterEach
    void close() {
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableSchedulerLock(defaultLockAtMostFor = "PT30S")
    static class Scheduled {}

    static class Task {

        private final AtomicInteger runs = new AtomicInteger();

        @SchedulerLock(name = "task")
        public void run() {
            runs.incrementAndGet();
        }

        public int runs() {
            return runs.get();
        }
    }

    @Test
    void scheduledTaskRunsUnderTheCoordinatorsLock() {
        runner.withUserConfiguration(Scheduled.class).withBean(Task.class).run(context -> {
            var task = context.getBean(Task.class);
            task.run();
            assertThat(task.runs()).isEqualTo(1);
            var held = other.lock("task").tryAcquire().orElseThrow();
            task.run();
            assertThat(task.runs()).as("others hold it").isEqualTo(1);
            held.close();
            task.run();
            assertThat(task.runs()).isEqualTo(2);
        });
    }

    @Test
    void providerOfTheApplicationStays() {
        runner.withBean(LockProvider.class, () -> configuration -> Optional.empty())
                .run(context -> assertThat(context)
                        .hasSingleBean(LockProvider.class)
                        .doesNotHaveBean(CoordinationLockProvider.class));
    }

    @Test
    void withoutShedLockOrWithoutCoordinationThereIsNone() {
        runner.withClassLoader(new FilteredClassLoader("net.javacrumbs.shedlock"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("coordinationLockProvider"));
        runner.withPropertyValues("coordination.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockProvider.class));
    }
}
