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

import io.coordination.Lease;
import io.coordination.spring.aop.Gate.Entrance;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The work is done when the publisher is, for each subscription anew: it enters when it is subscribed to, on a thread that may
 * block, and leaves before it completes. The lease is in its context, under {@link Lease}.
 */
final class ReactiveReturns implements Returns {

    private final ReactiveAdapter adapter;

    ReactiveReturns(ReactiveAdapter adapter) {
        this.adapter = adapter;
    }

    /** To interceptors, a suspending function of Kotlin is one that returns a publisher: Spring's proxies wait for it. */
    static ReactiveReturns suspending(Method function) {
        var returns = new MethodParameter(function, -1).getParameterType();
        var publisher = returns.getName().equals("kotlinx.coroutines.flow.Flow") ? Flux.class : Mono.class;
        return new ReactiveReturns(Objects.requireNonNull(
                ReactiveAdapterRegistry.getSharedInstance().getAdapter(publisher)));
    }

    @Override
    public Object run(Gate gate, Body body) {
        var guarded = Flux.deferContextual(context -> {
            GuardedCall around = context.getOrDefault(GuardedCall.class, null);
            Object observation = context.getOrDefault(WorkObserver.CONTEXT_KEY, null);
            return GuardedCall.inside(around, gate::isInside)
                    ? published(() -> WorkObserver.inside(observation, body::proceed))
                    : new Entry(gate, body, around, observation).work();
        });
        return adapter.fromPublisher(adapter.isMultiValue() ? guarded : guarded.singleOrEmpty());
    }

    private Flux<Object> published(Body body) {
        try {
            var returned = body.proceed();
            return returned == null ? Flux.empty() : Flux.from(adapter.toPublisher(returned));
        } catch (Throwable thrown) {
            return Flux.error(thrown);
        }
    }

    @Override
    public @Nullable Object whenDone(@Nullable Object returned, WorkObserver.Work work) {
        if (returned == null) {
            return Returns.super.whenDone(null, work);
        }
        var failed = new AtomicReference<@Nullable Throwable>();
        var observed = Flux.from(adapter.toPublisher(returned))
                .doOnError(failed::set)
                .doFinally(signal -> work.end(failed.get()))
                .contextWrite(context -> context.put(WorkObserver.CONTEXT_KEY, work.observation()));
        return adapter.fromPublisher(adapter.isMultiValue() ? observed : observed.singleOrEmpty());
    }

    @Override
    public @Nullable Object empty() {
        return adapter.supportsEmpty() ? adapter.getDescriptor().getEmptyValue() : null;
    }

    /** A copy each time, as every subscription runs the method. */
    @Override
    public Body body(MethodInvocation invocation) {
        return () -> ((ProxyMethodInvocation) invocation).invocableClone().proceed();
    }

    /** One subscription. Whatever ends it, and whenever, what it holds is given back once. */
    private final class Entry {

        private enum State {
            OUTSIDE,
            INSIDE,
            LEFT
        }

        private final Gate gate;
        private final Body body;
        private final @Nullable GuardedCall around;
        private final @Nullable Object observation;
        private final AtomicReference<State> state = new AtomicReference<>(State.OUTSIDE);
        private @Nullable GuardedCall call;

        Entry(Gate gate, Body body, @Nullable GuardedCall around, @Nullable Object observation) {
            this.observation = observation;
            this.gate = gate;
            this.body = body;
            this.around = around;
        }

        Publisher<Object> work() {
            return Mono.fromCallable(this::enter)
                    .subscribeOn(Schedulers.boundedElastic())
                    .flatMapMany(this::entered)
                    .doOnCancel(this::cancelled);
        }

        private Entrance enter() {
            var entrance = WorkObserver.inside(observation, () -> GuardedCall.inside(around, gate::enter));
            if (entrance instanceof Entrance.In in) {
                call = in.call();
                if (!state.compareAndSet(State.OUTSIDE, State.INSIDE)) {
                    gate.leave(in.call());
                    return new Entrance.Out(() -> null);
                }
            }
            return entrance;
        }

        /** On the thread that entered. */
        private Publisher<Object> entered(Entrance entrance) {
            return entrance instanceof Entrance.Out out
                    ? published(out.answer())
                    : run(((Entrance.In) entrance).call());
        }

        private Publisher<Object> run(GuardedCall call) {
            var lost = Sinks.empty();
            var work = published(() -> WorkObserver.inside(observation, () -> call.begin(body)));
            call.goOn(lost::tryEmitEmpty);
            return work.takeUntilOther(lost.asMono())
                    .onErrorResume(failure -> left(call, failure))
                    .concatWith(left(call, null))
                    .contextWrite(
                            context -> context.put(GuardedCall.class, call).put(Lease.class, call.lease()));
        }

        private Mono<Object> left(GuardedCall call, @Nullable Throwable failure) {
            return Mono.defer(() -> {
                        var outcome = leave(call, failure);
                        return outcome == null ? Mono.empty() : Mono.error(outcome);
                    })
                    .subscribeOn(Schedulers.boundedElastic());
        }

        private void cancelled() {
            if (state.compareAndSet(State.OUTSIDE, State.LEFT)) {
                return;
            }
            var entered = call;
            if (entered != null) {
                Schedulers.boundedElastic().schedule(() -> leave(entered, null));
            }
        }

        private @Nullable Throwable leave(GuardedCall call, @Nullable Throwable failure) {
            return state.compareAndSet(State.INSIDE, State.LEFT) ? call.outcome(failure, gate::leave) : failure;
        }
    }
}
