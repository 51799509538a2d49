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

import io.coordination.Coordinator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Gives annotations the coordinators that they name. */
@FunctionalInterface
public interface Coordinators {

    /**
     * The coordinator of an annotation. Asked for at the first call, as it may open a bean.
     *
     * @param name a bean name or qualifier; empty for the only or primary one
     * @return the coordinator
     */
    Coordinator named(String name);

    /**
     * Why there is no such coordinator, found without opening one.
     *
     * @param name as for {@link #named}
     * @return what to tell who wrote the annotation, null when there is one
     */
    default @Nullable String problem(String name) {
        return null;
    }

    /**
     * Those of an application context.
     *
     * @param beans its beans
     * @return the coordinators among them, and among those of its parents
     */
    static Coordinators in(ConfigurableListableBeanFactory beans) {
        return new CoordinatorBeans(beans);
    }
}
