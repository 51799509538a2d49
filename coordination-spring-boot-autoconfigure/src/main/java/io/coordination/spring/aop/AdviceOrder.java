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

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.resilience.retry.AbstractRetryInterceptor;

/** In which order a call of a guarded method meets its advice: {@code @Async}, retries, leader check, lock, transaction. */
final class AdviceOrder {

    private static final String TRANSACTION = "org.springframework.transaction.interceptor.TransactionInterceptor";

    private AdviceOrder() {}

    static void check(@Nullable Object bean, Collection<Site> sites, GuardLint lint) {
        if (bean instanceof Advised advised) {
            for (var site : sites) {
                var chain = DefaultAdvisorChainFactory.INSTANCE.getInterceptorsAndDynamicInterceptionAdvice(
                        advised, site.method(), site.type());
                check(chain, site, lint);
            }
        }
    }

    private static void check(List<Object> chain, Site site, GuardLint lint) {
        var first = -1;
        var last = -1;
        for (var i = 0; i < chain.size(); i++) {
            if (chain.get(i) instanceof LockInterceptor || chain.get(i) instanceof LeaderInterceptor) {
                first = first < 0 ? i : first;
                last = i;
            }
        }
        for (var i = 0; i < chain.size() && first >= 0; i++) {
            var advice = chain.get(i);
            if (i > first && advice instanceof AsyncExecutionInterceptor) {
                lint.tell(
                        site,
                        "@Async is inside of it, so it ends when the method was handed over and before it runs; leave"
                                + " the order of @EnableAsync as it is");
            } else if (i > first && advice instanceof AbstractRetryInterceptor) {
                lint.tell(
                        site,
                        "retries are inside of it, so they run on a lease that may be lost; leave the order of"
                                + " @EnableResilientMethods as it is");
            } else if (i < last && isTransaction(advice.getClass())) {
                lint.tell(
                        site,
                        "@Transactional is outside of it, so it ends before the commit, and the next holder may not see"
                                + " what this one wrote; let the transaction be inside");
            }
        }
    }

    /** By name, as the application need not have transactions. */
    private static boolean isTransaction(Class<?> advice) {
        for (Class<?> type = advice; type != null; type = type.getSuperclass()) {
            if (type.getName().equals(TRANSACTION)) {
                return true;
            }
        }
        return false;
    }
}
