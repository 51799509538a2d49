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
import io.coordination.spring.annotation.Otherwise;
import java.util.List;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.expression.BeanResolver;

/** Guards objects without a container. */
final class Guarding {

    private Guarding() {}

    static LockInterceptor locks(Coordinator coordinator) {
        return locks(coordinator, LockDefaults.STANDARD);
    }

    static LockInterceptor locks(Coordinator coordinator, LockDefaults defaults) {
        return new LockInterceptor(
                name -> coordinator, () -> defaults, Guarding::placeholders, beans(), new Firings(), WorkObserver.NONE);
    }

    static LeaderInterceptor leaders(LeaderCalls calls, String... groups) {
        var defaults = new LeaderDefaults(List.of(groups), Otherwise.SKIP, true);
        return new LeaderInterceptor(Guarding::none, calls, () -> defaults, Guarding::placeholders, WorkObserver.NONE);
    }

    @SuppressWarnings("unchecked")
    static <T> T guarded(T target, MethodInterceptor... interceptors) {
        var proxies = new ProxyFactory(target);
        proxies.setProxyTargetClass(true);
        for (var interceptor : interceptors) {
            proxies.addAdvice(interceptor);
        }
        return (T) proxies.getProxy();
    }

    private static Coordinator none(String name) {
        throw new AssertionError(name);
    }

    private static BeanResolver beans() {
        return (context, name) -> "bean " + name;
    }

    private static String placeholders(String text) {
        if (text.contains("${missing}")) {
            throw new IllegalArgumentException("Could not resolve placeholder 'missing'");
        }
        return text.replace("${wait}", "50ms").replace("${prefix}", "resolved").replace("${expression}", "#{1 + 1}");
    }
}
