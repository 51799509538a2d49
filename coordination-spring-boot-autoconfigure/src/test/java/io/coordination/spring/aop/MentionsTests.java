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

import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LeaderOnly;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MentionsTests {

    private final Mentions mentions = new Mentions(List.of(DistributedLock.class));

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLock("made-of")
    @interface Guarded {}

    interface Contract {
        @DistributedLock("contract")
        void work();
    }

    static class OfContract implements Contract {
        @Override
        public void work() {}
    }

    static class BelowOfContract extends OfContract {}

    static class OnMethod {
        @DistributedLock("method")
        void work() {}
    }

    @DistributedLock("class")
    static class OnClass {}

    static class BelowOnClass extends OnClass {}

    static class MadeOf {
        @Guarded
        void work() {}
    }

    static class Other {
        @LeaderOnly
        void work() {}
    }

    @Test
    void annotationIsFoundWhereverItWorks() {
        assertThat(List.of(
                        Contract.class,
                        OfContract.class,
                        BelowOfContract.class,
                        OnMethod.class,
                        OnClass.class,
                        BelowOnClass.class,
                        MadeOf.class))
                .allMatch(mentions::in);
    }

    @Test
    void classesWithoutItAreToldApart() {
        assertThat(List.of(Other.class, ArrayList.class, Object.class, Runnable.class))
                .noneMatch(mentions::in);
    }
}
