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
import io.coordination.ElectionListener;
import io.coordination.Lease;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** {@code spring.threads.virtual.enabled}. */
class VirtualThreadsTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
            .withPropertyValues("coordination.url=memory://" + UUID.randomUUID(), "coordination.groups=");

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void listenersRunOnVirtualThreadsWhereTheApplicationHasThem() {
        runner.withPropertyValues("spring.threads.virtual.enabled=true")
                .run(context -> assertThat(isVirtual(ofListener(context.getBean(Coordinator.class))))
                        .isTrue());
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void olderJavaHasNoneWhateverTheProperty() {
        runner.withPropertyValues("spring.threads.virtual.enabled=true")
                .run(context -> assertThat(
                                ofListener(context.getBean(Coordinator.class)).getName())
                        .startsWith("coordination-listener"));
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void theyRunOnThreadsOfThePlatformOtherwise() {
        runner.run(context -> assertThat(isVirtual(ofListener(context.getBean(Coordinator.class))))
                .isFalse());
    }

    private static Thread ofListener(Coordinator coordinator) throws Exception {
        var told = new CompletableFuture<Thread>();
        var election = coordinator.election("g");
        election.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                told.complete(Thread.currentThread());
            }
        });
        election.campaign();
        return told.get(20, TimeUnit.SECONDS);
    }

    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }
}
