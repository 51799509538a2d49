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
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.Otherwise;
import io.coordination.spring.aop.CurrentLease;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** Guarded listeners in a container of Spring for Apache Kafka, whose consumer needs no broker. */
class KafkaListenerTests {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final TestStore store = new TestStore();
    private final Coordinator other = store.member("other");
    private final MockConsumer<String, String> consumer = new MockConsumer<>("earliest");
    private final AtomicInteger failed = new AtomicInteger();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    CoordinationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url(), "coordination.groups=")
            .withUserConfiguration(Kafka.class)
            .withBean(
                    "kafkaListenerContainerFactory",
                    ConcurrentKafkaListenerContainerFactory.class,
                    this::containerFactory);
    private long sent;

    @AfterEach
    void close() {
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableKafka
    static class Kafka {}

    private ConcurrentKafkaListenerContainerFactory<String, String> containerFactory() {
        consumer.updateBeginningOffsets(Map.of(ORDERS, 0L));
        var again = new DefaultErrorHandler(new FixedBackOff(10, FixedBackOff.UNLIMITED_ATTEMPTS));
        // The consumer keeps no record that it gave out, to which one could seek.
        again.setSeekAfterError(false);
        again.setRetryListeners((record, failure, attempt) -> failed.incrementAndGet());
        var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
        factory.setCommonErrorHandler(again);
        factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(Map.of()) {

            @Override
            protected Consumer<String, String> createRawConsumer(Map<String, Object> configuration) {
                return consumer;
            }
        });
        return factory;
    }

    private void send(String order) {
        var record = new ConsumerRecord<>(ORDERS.topic(), ORDERS.partition(), sent++, "key", order);
        consumer.schedulePollTask(() -> consumer.addRecord(record));
    }

    private long acknowledged() {
        var committed = consumer.committed(Set.of(ORDERS)).get(ORDERS);
        return committed == null ? 0 : committed.offset();
    }

    private static void handle(List<String> handled, String order) {
        handled.add(order + " under " + CurrentLease.get().orElseThrow().name());
    }

    static class Skipping {

        private final List<String> handled = new CopyOnWriteArrayList<>();

        @KafkaListener(
                id = "orders",
                topicPartitions =
                        @org.springframework.kafka.annotation.TopicPartition(topic = "orders", partitions = "0"))
        @DistributedLock("orders")
        public void on(String order) {
            handle(handled, order);
        }

        public List<String> handled() {
            return handled;
        }
    }

    @Test
    void recordThatIsSkippedIsAcknowledgedAndHandledByNobody() {
        runner.withBean(Skipping.class).run(context -> {
            var listener = context.getBean(Skipping.class);
            var theirs = other.lock("orders").acquire();
            send("a");
            eventually("it is acknowledged", () -> acknowledged() == 1);
            theirs.close();
            send("b");
            eventually("the next one is, too", () -> acknowledged() == 2);
            assertThat(listener.handled()).containsExactly("b under orders");
            assertThat(failed).hasValue(0);
        });
    }

    static class Failing {

        private final List<String> handled = new CopyOnWriteArrayList<>();

        @KafkaListener(
                id = "orders",
                topicPartitions =
                        @org.springframework.kafka.annotation.TopicPartition(topic = "orders", partitions = "0"))
        @DistributedLock(name = "orders", onContention = Otherwise.FAIL)
        public void on(String order) {
            handle(handled, order);
        }

        public List<String> handled() {
            return handled;
        }
    }

    @Test
    void recordThatFailsOnContentionIsDeliveredAgainUntilItIsHandled() {
        runner.withBean(Failing.class).run(context -> {
            var listener = context.getBean(Failing.class);
            var theirs = other.lock("orders").acquire();
            send("a");
            eventually("it is delivered again", () -> failed.get() >= 2);
            assertThat(acknowledged()).isZero();
            assertThat(listener.handled()).isEmpty();
            theirs.close();
            eventually("it is acknowledged", () -> acknowledged() == 1);
            assertThat(listener.handled()).containsExactly("a under orders");
        });
    }
}
