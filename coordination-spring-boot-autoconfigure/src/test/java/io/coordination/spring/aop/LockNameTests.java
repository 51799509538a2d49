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
package io.coordination.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.BadNameException;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the name of a lock is. */
class LockNameTests {

    private final TestStore store = new TestStore();
    private final Coordinator member = store.member("m");
    private final Named named = Guarding.guarded(new Named(member), Guarding.locks(member));

    @AfterEach
    void close() {
        store.close();
    }

    record Order(Object id) {}

    static class Named {

        private final Coordinator member;

        Named(Coordinator member) {
            this.member = member;
        }

        public String getRegion() {
            return "eu";
        }

        @DistributedLock("fixed")
        String fixed() {
            return held();
        }

        @DistributedLock("${prefix}-x")
        String placeholder() {
            return held();
        }

        @DistributedLock("${expression}")
        String expressionInAProperty() {
            return held();
        }

        @DistributedLock("order-#{#order.id}")
        String property(Order order) {
            return held();
        }

        @DistributedLock("#{#a0}/#{#p1}")
        String byPlace(Object first, Object second) {
            return held();
        }

        @DistributedLock("#{@tenants}:#{region}:#{#root.region}")
        String beanAndRoot() {
            return held();
        }

        @DistributedLock("${prefix}-#{#id}")
        String both(Object id) {
            return held();
        }

        @DistributedLock("#{{'a', 'b'}.![#this + '!'].get(1)}")
        String projection() {
            return held();
        }

        private String held() {
            return member.leases().stream().map(Lease::name).findFirst().orElseThrow();
        }
    }

    @Test
    void plainTextMeansItself() {
        assertThat(named.fixed()).isEqualTo("fixed");
    }

    @Test
    void placeholdersAreResolved() {
        assertThat(named.placeholder()).isEqualTo("resolved-x");
    }

    @Test
    void expressionThatAPropertyBringsInIsText() {
        assertThat(named.expressionInAProperty()).isEqualTo("#{1 + 1}");
    }

    @Test
    void argumentsAreKnownByNameAndPlace() {
        assertThat(named.property(new Order(7))).isEqualTo("order-7");
        assertThat(named.byPlace("a", 2)).isEqualTo("a/2");
    }

    @Test
    void beansAndTheGuardedBeanAreKnown() {
        assertThat(named.beanAndRoot()).isEqualTo("bean tenants:eu:eu");
    }

    @Test
    void placeholderAndExpressionMix() {
        assertThat(named.both(1)).isEqualTo("resolved-1");
        assertThat(named.projection()).isEqualTo("b!");
    }

    @Test
    void valuesHaveTheirOwnText() {
        var id = UUID.randomUUID();
        assertThat(named.both(id)).isEqualTo("resolved-" + id);
        assertThat(named.both(LocalDate.of(2026, 1, 2))).isEqualTo("resolved-2026-01-02");
        assertThat(named.both("#{1 + 1}")).isEqualTo("resolved-#{1 + 1}");
    }

    @Test
    void nullIsRefusedRatherThanOneLockForAll() {
        assertThatExceptionOfType(BadNameException.class)
                .isThrownBy(() -> named.property(new Order(null)))
                .withMessageContaining("#order.id is null")
                .withMessageContaining("Named.property(Order)");
    }

    @Test
    void objectWithoutTextIsRefusedRatherThanAnotherLockInEachProcess() {
        assertThatExceptionOfType(BadNameException.class)
                .isThrownBy(() -> named.property(new Order(new Object())))
                .withMessageContaining("no text of its own");
        assertThatExceptionOfType(BadNameException.class)
                .isThrownBy(() -> named.property(new Order(new int[] {1})))
                .withMessageContaining("no text of its own");
    }

    @Test
    void expressionThatFailsNamesTheMethod() {
        assertThatExceptionOfType(BadNameException.class)
                .isThrownBy(() -> named.property(null))
                .withMessageContaining("Named.property(Order)")
                .withMessageContaining("'id'");
    }
}
