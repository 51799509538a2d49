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
package io.coordination.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Starts a {@link org.springframework.context.Lifecycle} bean when this member becomes the leader of a group, and stops it when it
 * no longer is, and when the application stops.
 *
 * <pre>{@code
 * @Component
 * @LeaderLifecycle
 * class Poller implements SmartLifecycle {
 *     public boolean isAutoStartup() { return false; }
 *     ...
 * }
 * }</pre>
 *
 * <p>The bean is told when this member has ceased to believe that it leads, and another one may lead while {@code stop} still runs;
 * what must not overlap belongs under {@link LeaderOnly} or the lease's fencing token.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface LeaderLifecycle {

    /**
     * The group whose leader runs the bean.
     *
     * @return a group that the application joins. Empty: the only one
     */
    @AliasFor("value")
    String group() default "";

    /**
     * The group whose leader runs the bean.
     *
     * @return as {@link #group}
     */
    @AliasFor("group")
    String value() default "";
}
