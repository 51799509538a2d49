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

import io.coordination.NotLeaderException;
import io.coordination.spi.Names;
import io.coordination.spring.annotation.LeaderOnly;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the methods of {@link LeaderOnly} on the leaders of their groups. */
final class LeaderInterceptor implements MethodInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderInterceptor.class);

    private final GuardedMethods<LeaderOnly, Guard> methods;
    private final WorkObserver observer;
    private final Supplier<LeaderDefaults> defaults;

    LeaderInterceptor(
            Coordinators coordinators,
            LeaderCalls calls,
            Supplier<LeaderDefaults> defaults,
            UnaryOperator<String> placeholders,
            WorkObserver observer) {
        this.observer = observer;
        this.defaults = defaults;
        this.methods = new GuardedMethods<>(LeaderOnly.class, placeholders, (leaders, site) -> {
            var leader = leaders.get(0);
            var returns = Returns.of(site);
            site.requireCoordinator(coordinators, leader.coordinator());
            if (!leader.coordinator().isEmpty()) {
                // Who stands in elections for the application is found by the default one.
                site.requireCoordinator(coordinators, "");
            }
            var spec = LeaderSpec.of(leader, site, returns, defaults.get());
            var running = calls.of(leader.coordinator(), spec.group());
            return new Guard(site, returns, spec, leader.coordinator().isEmpty(), running);
        });
    }

    private record Guard(Site site, Returns returns, LeaderSpec spec, boolean ofDefault, GroupCalls calls) {}

    /** Reads all guards of a class, and says what looks right and is not. */
    void check(String bean, Class<?> type, boolean proxiedByClass, GuardLint lint) {
        var guarded = methods.check(type, proxiedByClass);
        lint.look(bean, guarded);
        var joined = guarded.isEmpty() ? List.<String>of() : defaults.get().groups();
        for (var each : guarded) {
            var group = each.guard().spec().group();
            if (each.guard().ofDefault() && !joined.contains(group)) {
                lint.tell(
                        each.site(),
                        "the application stands in the election of group '" + Names.printable(group)
                                + "' and is no member of it, so nobody sees it there; add the group to coordination.groups");
            }
        }
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        var guard = methods.of(invocation);
        if (guard == null) {
            return invocation.proceed();
        }
        var body = observer.observed("leader", guard.site, guard.returns, guard.returns.body(invocation));
        return guard.returns.run(new LeaderGate(guard, invocation), body);
    }

    private final class LeaderGate implements Gate {

        private final Guard guard;
        private final MethodInvocation invocation;

        LeaderGate(Guard guard, MethodInvocation invocation) {
            this.guard = guard;
            this.invocation = invocation;
        }

        /** Leadership is looked at each time, which costs nothing. */
        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        public Entrance enter() {
            var call = guard.calls.enter(LeaderInterceptor.this, guard.spec.interruptOnLoss());
            if (call != null) {
                return new Entrance.In(call);
            }
            LOG.debug("This member does not lead group '{}'; {} does not run", guard.spec.group(), guard.site);
            return new Entrance.Out(() -> guard.spec.otherwise().answer(invocation, () -> notLeader(guard)));
        }

        @Override
        public boolean leave(GuardedCall call) {
            return guard.calls.leave(call);
        }
    }

    private static NotLeaderException notLeader(Guard guard) {
        return new NotLeaderException(
                "This member does not lead group '" + Names.printable(guard.spec.group()) + "'; " + guard.site
                        + " did not run",
                null);
    }
}
