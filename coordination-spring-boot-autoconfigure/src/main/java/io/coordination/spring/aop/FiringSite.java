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

import io.coordination.spi.Mode;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.OnStoreFailure;
import io.coordination.spring.annotation.Otherwise;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;
import org.springframework.util.ClassUtils;

/**
 * A method that runs once for each planned time.
 *
 * @param tasks the names that Spring's tasks of it may have: a task that goes through an interface is named by that
 */
record FiringSite(Set<String> tasks) {

    /**
     * Where a method is planned by what all members know alike.
     *
     * @throws BadGuardException when it is not
     */
    static FiringSite of(Site site, Returns returns, List<DistributedLock> locks, LockSpec spec) {
        var lock = locks.get(0);
        if (locks.size() > 1 || spec.names().size() > 1) {
            throw site.bad("once is for one lock, and there are several; keep one");
        }
        if (!(spec.mode() instanceof Mode.Exclusive)) {
            throw site.bad("once is for an exclusive lock; remove the mode");
        }
        if (returns != Returns.VALUE) {
            throw site.bad(
                    "once is for work that is done when the method returns; let it wait for its work, and return void");
        }
        if (!lock.waitTime().isEmpty()
                || lock.onContention() != Otherwise.DEFAULT
                || !lock.fallback().isEmpty()) {
            throw site.bad("with once a call that comes while another member runs is neither refused nor kept waiting;"
                    + " remove waitTime, onContention and fallback");
        }
        if (lock.onStoreFailure() != OnStoreFailure.DEFAULT) {
            throw site.bad("with once a firing waits for a store that fails; remove onStoreFailure");
        }
        requirePlanned(site);
        return new FiringSite(tasks(site.method(), site.type()));
    }

    private static void requirePlanned(Site site) {
        var plans =
                AnnotatedElementUtils.getMergedRepeatableAnnotations(site.method(), Scheduled.class, Schedules.class);
        if (plans.isEmpty()) {
            throw site.bad(
                    "once is for what is planned for a time, and the method is not @Scheduled; add @Scheduled with a"
                            + " cron or a fixedRate, or remove once");
        }
        for (var plan : plans) {
            if (plan.cron().isEmpty()
                    && plan.fixedRate() < 0
                    && plan.fixedRateString().isEmpty()) {
                throw site.bad(
                        "once needs a time that all members plan alike, and each plans another one by a delay that"
                                + " counts from its own last run or start; use cron or fixedRate");
            }
        }
        if (AnnotatedElementUtils.hasAnnotation(site.method(), Async.class)
                || AnnotatedElementUtils.hasAnnotation(site.type(), Async.class)) {
            throw site.bad(
                    "once and @Async: on another thread nobody knows the planned time; remove @Async, as the scheduler"
                            + " has threads of its own");
        }
    }

    private static Set<String> tasks(Method method, Class<?> type) {
        var tasks = new HashSet<String>();
        tasks.add(task(method.getDeclaringClass(), method));
        for (var declaring : ClassUtils.getAllInterfacesForClassAsSet(type)) {
            if (ClassUtils.hasMethod(declaring, method.getName(), method.getParameterTypes())) {
                tasks.add(task(declaring, method));
            }
        }
        return tasks;
    }

    private static String task(Class<?> declaring, Method method) {
        return declaring.getName() + "." + method.getName();
    }
}
