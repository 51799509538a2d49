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
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method only while its lock is held, over all processes of the application.
 *
 * <pre>{@code
 * @DistributedLock("order-#{#order.id}")
 * void ship(Order order) { ... }
 * }</pre>
 *
 * <p>The lock is taken before a transaction begins and released after it ended; retries and {@code @Async} are outside of it.
 * It costs one round trip to the store to take and one to release. On a type it guards all public methods; an annotation on
 * the method replaces it. It works as a meta-annotation, and on interfaces.
 *
 * <p><b>When the lease is lost</b> while the method runs, its thread is interrupted, and the call ends in {@link
 * io.coordination.LeaseLostException}, because another process may have the lock by then. {@link
 * io.coordination.spring.aop.CurrentLease} gives the method its fencing token.
 *
 * <p><b>When the store fails</b> the method does not run, and the call ends in a {@link
 * io.coordination.CoordinationException}, unless {@link #onStoreFailure} says otherwise. An interrupt while waiting ends in one too, and stays set.
 *
 * <p><b>A method that returns a {@link java.util.concurrent.CompletionStage}</b>, or with Reactor a {@code Mono}, {@code Flux} or another
 * reactive type, is guarded until that is complete. A stage enters when it is called; a publisher with each subscription, on a
 * thread that may block, and has the {@link io.coordination.Lease} in its context. A loss cancels them. So is a
 * suspending function of Kotlin, over its whole suspension. A plain {@code Future} is refused when the application starts.
 *
 * <p>A call inside another guarded call of the same thread and lock runs under the outer lease. A call within the same bean
 * ({@code this.ship(..)}) does not pass the proxy and is not guarded. Methods that can not be proxied are refused when
 * the application starts.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(GuardedMethodProcessor.class)
@Repeatable(DistributedLocks.class)
public @interface DistributedLock {

    /**
     * The name of the lock. Several locks, of one annotation or of several, are taken in the order of their names, so that two who
     * want the same ones never wait for each other, and all are held while the method runs; where one can not be had, the
     * others are given back before the call answers.
     *
     * <p>Placeholders are resolved once. In <code>#{...}</code> is an expression, evaluated at each call: over the
     * arguments ({@code #order}, or {@code #a0}), beans ({@code @tenants.current}) and, as its root, the guarded bean. Text
     * outside of these means itself. An expression that gives null, or an object without a text of its own, ends the call in
     * {@link io.coordination.BadNameException}.
     *
     * @return the name or names, 1 to 255 characters each when it is resolved
     */
    @AliasFor("value")
    String[] name() default {};

    /**
     * The name of the lock, or of several locks.
     *
     * @return as {@link #name}
     */
    @AliasFor("name")
    String[] value() default {};

    /**
     * Which coordinator has the lock, where the application has several.
     *
     * @return a bean name or qualifier. Empty: the only one, or the primary one
     */
    String coordinator() default "";

    /**
     * How long a call waits for the lock, or for each of several.
     *
     * @return a duration such as {@code 500ms}, {@code 10s} or {@code PT1M}, or a placeholder; {@code 0} tries once. Empty:
     *     {@code coordination.lock.wait-time}, which is 0 unless set
     */
    String waitTime() default "";

    /**
     * Caps how long the lock is held. Without a cap it is held for as long as the method runs and the store confirms it; a
     * crash frees it all the same. At the cap the lease is lost.
     *
     * @return a duration of more than zero, or a placeholder. Empty: {@code coordination.lock.lease-time}, which is no cap
     *     unless set
     */
    String leaseTime() default "";

    /**
     * For how long the lock stays taken at least, even when the method returns earlier, so that something quick is not done
     * again by a process that comes a moment later.
     *
     * @return a duration, or a placeholder. Empty: {@code coordination.lock.at-least}, which is 0 unless set
     */
    String atLeast() default "";

    /**
     * Beside whom the lock is held.
     *
     * @return the mode
     */
    LockMode mode() default LockMode.EXCLUSIVE;

    /**
     * How many may hold the lock at a time, in {@link LockMode#PERMITS}.
     *
     * @return at least 1 in that mode, and not given in another
     */
    int permits() default 0;

    /**
     * What a call does when others hold the lock for as long as it waits.
     *
     * @return {@link Otherwise#FAIL} throws {@link io.coordination.LockHeldException}. Default: {@code
     *     coordination.lock.on-contention}, which is {@link Otherwise#SKIP} unless set; {@link Otherwise#FALLBACK} where
     *     {@link #fallback} is given
     */
    Otherwise onContention() default Otherwise.DEFAULT;

    /**
     * What a call does when the store failed, and so nobody can say who holds the lock. It has no fallback.
     *
     * @return {@link OnStoreFailure#FAIL} throws what the store answered. Default: {@code coordination.lock.on-store-failure},
     *     which is {@link OnStoreFailure#FAIL} unless set
     */
    OnStoreFailure onStoreFailure() default OnStoreFailure.DEFAULT;

    /**
     * What to call instead when others hold the lock.
     *
     * @return the name of a method of the same class with the same parameters and a return type that fits, of any visibility
     */
    String fallback() default "";

    /**
     * Whether a {@code @Scheduled} method runs once for each time for which it is planned, over all members, rather than once at
     * a time. Members are told apart by nothing but the planned time, so it matters neither how short the method is nor how much
     * their clocks differ. What was run is kept in the store, as {@link io.coordination.Firing} says.
     *
     * <p>For {@code cron} (give it a {@code zone} where members may have different ones) and {@code fixedRate}, which is planned
     * for whole multiples of the rate since 1970 then, so that all members plan the same. A member that comes while another
     * one runs returns at once and waits in the background: when that one dies, or loses the lock, before the method returned,
     * this one runs it once more, on a thread of its own. An exception that the method throws is its outcome, and not made up
     * for. Where the store can not be reached, the firing waits for it. A call by hand is no firing and takes the lock as
     * ever.
     *
     * @return whether to run once for each planned time. Not together with {@link #waitTime}, {@link #onContention}, {@link
     *     #fallback}, {@link #onStoreFailure}, several locks, a shared mode, or work that goes on after the method returned
     */
    boolean once() default false;

    /**
     * Whether the loss of the lease interrupts the thread that runs the method. Either way the call ends in {@link
     * io.coordination.LeaseLostException}.
     *
     * @return whether to interrupt, unless {@code coordination.lock.interrupt-on-loss} forbids it
     */
    boolean interruptOnLoss() default true;
}
