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
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method only on the leader of a group.
 *
 * <pre>{@code
 * @Scheduled(fixedRate = 10_000)
 * @LeaderOnly
 * void writeSummary() { ... }
 * }</pre>
 *
 * <p>The application stands in the group's election by itself, once its web server listens, unless {@code
 * coordination.leader.campaign} is false. The check costs no round trip. It comes before {@link DistributedLock} and before a
 * transaction begins. On a type it guards all public methods; an annotation on the method replaces it. It works as a
 * meta-annotation, and on interfaces.
 *
 * <p><b>When the leadership is lost</b> while the method runs, its thread is interrupted, and the call ends in {@link
 * io.coordination.LeaseLostException}, because another member may lead by then. {@link
 * io.coordination.spring.aop.CurrentLease} gives the method its fencing token. When the application shuts down, it resigns
 * once the running calls have returned, and interrupts them after {@code spring.lifecycle.timeout-per-shutdown-phase}.
 *
 * <p><b>A method that returns a {@link java.util.concurrent.CompletionStage}</b>, or with Reactor a {@code Mono}, {@code Flux} or another
 * reactive type, is guarded until that is complete. A stage enters when it is called; a publisher with each subscription, on a
 * thread that may block, and has the {@link io.coordination.Lease} in its context. A loss cancels them. So is a
 * suspending function of Kotlin, over its whole suspension. A plain {@code Future} is refused when the application starts.
 *
 * <p>A call within the same bean does not pass the proxy and is not guarded. Methods that can not be proxied are refused when
 * the application starts.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(GuardedMethodProcessor.class)
public @interface LeaderOnly {

    /**
     * The group whose leader may run the method.
     *
     * @return a name, or a placeholder. Empty: the one group of {@code coordination.groups}, which is the name of the
     *     application unless set
     */
    @AliasFor("value")
    String group() default "";

    /**
     * The group whose leader may run the method.
     *
     * @return as {@link #group}
     */
    @AliasFor("group")
    String value() default "";

    /**
     * Which coordinator has the group, where the application has several.
     *
     * @return a bean name or qualifier. Empty: the only one, or the primary one
     */
    String coordinator() default "";

    /**
     * What a call does on a member that does not lead.
     *
     * @return {@link Otherwise#FAIL} throws {@link io.coordination.NotLeaderException}. Default: {@code
     *     coordination.leader.otherwise}, which is {@link Otherwise#SKIP} unless set; {@link Otherwise#FALLBACK} where
     *     {@link #fallback} is given
     */
    Otherwise otherwise() default Otherwise.DEFAULT;

    /**
     * What to call instead on a member that does not lead.
     *
     * @return the name of a method of the same class with the same parameters and a return type that fits, of any visibility
     */
    String fallback() default "";

    /**
     * Whether the loss of the leadership interrupts the thread that runs the method. Either way the call ends in {@link
     * io.coordination.LeaseLostException}.
     *
     * @return whether to interrupt, unless {@code coordination.leader.interrupt-on-loss} forbids it
     */
    boolean interruptOnLoss() default true;
}
