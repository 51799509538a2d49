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

import io.coordination.CoordinationException;
import io.coordination.spring.annotation.Otherwise;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** What a call answers that may not run. */
sealed interface Refusal {

    /** Answers, or throws what {@code failure} makes. */
    @Nullable
    Object answer(MethodInvocation invocation, Supplier<CoordinationException> failure) throws Throwable;

    /** Returns at once. */
    record Skip(@Nullable Object empty) implements Refusal {

        @Override
        public @Nullable Object answer(MethodInvocation invocation, Supplier<CoordinationException> failure) {
            return empty;
        }
    }

    /** Throws. */
    record Fail() implements Refusal {

        @Override
        public Object answer(MethodInvocation invocation, Supplier<CoordinationException> failure) {
            throw failure.get();
        }
    }

    /** Calls another method of the bean. */
    record Fallback(Method method) implements Refusal {

        @Override
        public @Nullable Object answer(MethodInvocation invocation, Supplier<CoordinationException> failure)
                throws Throwable {
            return AopUtils.invokeJoinpointUsingReflection(invocation.getThis(), method, invocation.getArguments());
        }
    }

    /** Reads what an annotation says. */
    static Refusal of(
            Site site, Returns returns, String attribute, Otherwise said, String fallback, Otherwise standard) {
        if (!fallback.isEmpty()) {
            if (said == Otherwise.SKIP || said == Otherwise.FAIL) {
                throw site.bad("it names the fallback \"" + fallback + "\", but " + attribute + " is " + said
                        + "; remove one of them");
            }
            return new Fallback(fallback(site, fallback));
        }
        return switch (said == Otherwise.DEFAULT ? standard : said) {
            case FALLBACK -> throw site.bad(attribute + " is FALLBACK; name the method in \"fallback\"");
            case FAIL -> new Fail();
            case SKIP, DEFAULT -> new Skip(empty(site, returns, attribute));
        };
    }

    static @Nullable Object empty(Site site, Returns how, String attribute) {
        var returns = site.method().getReturnType();
        if (returns.isPrimitive() && returns != void.class) {
            throw site.bad("it returns " + returns + ", so a call that is skipped has nothing to return; return "
                    + ClassUtils.resolvePrimitiveIfNecessary(returns).getSimpleName() + " or Optional, set "
                    + attribute + " to FAIL, or name a fallback");
        }
        if (returns == Optional.class) {
            return Optional.empty();
        }
        if (returns == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (returns == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return returns == OptionalDouble.class ? OptionalDouble.empty() : how.empty();
    }

    private static Method fallback(Site site, String name) {
        var guarded = site.method();
        var method = ReflectionUtils.findMethod(site.type(), name, guarded.getParameterTypes());
        if (method == null || method.equals(guarded)) {
            throw site.bad("there is no other method \"" + name + "\" with the same parameters in "
                    + site.type().getName() + " to fall back to; add it");
        }
        var returns = guarded.getReturnType();
        if (returns != void.class && !ClassUtils.isAssignable(returns, method.getReturnType())) {
            throw site.bad("the fallback \"" + name + "\" returns "
                    + method.getReturnType().getSimpleName() + "; make it return " + returns.getSimpleName());
        }
        for (var thrown : method.getExceptionTypes()) {
            if (!ReflectionUtils.declaresException(guarded, thrown) && isChecked(thrown)) {
                throw site.bad("the fallback \"" + name + "\" throws " + thrown.getSimpleName()
                        + ", which the method does not; make both throw it, or neither");
            }
        }
        ReflectionUtils.makeAccessible(method);
        return method;
    }

    private static boolean isChecked(Class<?> thrown) {
        return !RuntimeException.class.isAssignableFrom(thrown) && !Error.class.isAssignableFrom(thrown);
    }
}
