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

import io.coordination.spring.aop.Gate.Entrance.In;
import io.coordination.spring.aop.Gate.Entrance.Out;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/** Until when the work of a guarded method goes on, which follows from what it returns. */
interface Returns {

    /** Without it nothing here refers to its types. */
    boolean HAS_REACTOR = ClassUtils.isPresent("reactor.core.publisher.Flux", Returns.class.getClassLoader());

    /** What Spring turns a suspending function into a publisher with, and back. */
    boolean HAS_COROUTINES = ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", Returns.class.getClassLoader());

    /** Runs a body behind a gate, and keeps the hold until its work is done. */
    @Nullable
    Object run(Gate gate, Body body) throws Throwable;

    /** What a skipped call returns. */
    default @Nullable Object empty() {
        return null;
    }

    /** Ends the observation of work when it is done; returns what the method returned, or what stands for it. */
    default @Nullable Object whenDone(@Nullable Object returned, WorkObserver.Work work) {
        work.end(null);
        return returned;
    }

    /** The rest of an invocation. */
    default Body body(MethodInvocation invocation) {
        return invocation::proceed;
    }

    /** The work is done when the method returns. */
    Returns VALUE = (gate, body) -> {
        if (gate.isInside()) {
            return body.proceed();
        }
        var entrance = gate.enter();
        if (entrance instanceof Out out) {
            return out.answer().proceed();
        }
        return ((In) entrance).call().run(body, gate::leave);
    };

    /** The work is done when the stage is. */
    Returns STAGE = new Returns() {

        @Override
        public @Nullable Object run(Gate gate, Body body) throws Throwable {
            if (gate.isInside()) {
                return body.proceed();
            }
            GuardedCall call;
            try {
                var entrance = gate.enter();
                if (entrance instanceof Out out) {
                    return out.answer().proceed();
                }
                call = ((In) entrance).call();
            } catch (Exception refused) {
                return CompletableFuture.failedFuture(refused);
            }
            return GuardedStage.run(call, body, gate::leave);
        }

        @Override
        public @Nullable Object whenDone(@Nullable Object returned, WorkObserver.Work work) {
            if (returned == null) {
                return Returns.super.whenDone(null, work);
            }
            ((CompletionStage<?>) returned).whenComplete((value, failure) -> work.end(failure));
            return returned;
        }

        @Override
        public Object empty() {
            return CompletableFuture.completedFuture(null);
        }
    };

    /**
     * What a method returns.
     *
     * @throws BadGuardException when the end of its work can not be known
     */
    static Returns of(Site site) {
        var type = site.method().getReturnType();
        if (site.isSuspending()) {
            if (!HAS_REACTOR || !HAS_COROUTINES) {
                throw site.bad("a suspending function needs Reactor to be guarded; add"
                        + " org.jetbrains.kotlinx:kotlinx-coroutines-reactor");
            }
            return ReactiveReturns.suspending(site.method());
        }
        if (CompletionStage.class.isAssignableFrom(type)) {
            if (!type.isAssignableFrom(CompletableFuture.class)) {
                throw site.bad(
                        "it returns " + type.getSimpleName()
                                + "; return CompletableFuture or CompletionStage, so that the end of its work can be waited for");
            }
            return STAGE;
        }
        if (Future.class.isAssignableFrom(type)) {
            throw site.bad("it returns " + type.getSimpleName()
                    + ", whose end can not be waited for without a thread; return CompletableFuture");
        }
        var adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
        if (adapter != null && HAS_REACTOR) {
            return new ReactiveReturns(adapter);
        }
        if (Flow.Publisher.class.isAssignableFrom(type) || isPublisher(type)) {
            throw site.bad("it returns " + type.getSimpleName()
                    + ", which needs Reactor to be guarded; add io.projectreactor:reactor-core");
        }
        return VALUE;
    }

    private static boolean isPublisher(Class<?> type) {
        return ClassUtils.getAllInterfacesForClassAsSet(type).stream()
                .anyMatch(found -> found.getName().equals("org.reactivestreams.Publisher"));
    }
}
