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

import io.coordination.spring.aop.GuardLint.Guarded;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotationPredicates;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds what guards a method, reads it once, and remembers it.
 *
 * @param <A> the annotation
 * @param <G> what is made of it
 */
final class GuardedMethods<A extends Annotation, G> {

    private final Class<A> annotation;
    private final UnaryOperator<String> placeholders;
    private final BiFunction<List<A>, Site, G> reader;
    private final Map<MethodClassKey, Optional<G>> known = new ConcurrentHashMap<>();

    GuardedMethods(Class<A> annotation, UnaryOperator<String> placeholders, BiFunction<List<A>, Site, G> reader) {
        this.annotation = annotation;
        this.placeholders = placeholders;
        this.reader = reader;
    }

    /** The guard of a call, null when nothing guards it. */
    @Nullable
    G of(MethodInvocation invocation) {
        var method = invocation.getMethod();
        var target = invocation.getThis();
        var key = new MethodClassKey(method, target == null ? null : target.getClass());
        var guard = known.get(key);
        if (guard == null) {
            var type = target == null ? method.getDeclaringClass() : ClassUtils.getUserClass(target);
            guard = read(method, type);
            known.put(key, guard);
        }
        return guard.orElse(null);
    }

    /** Reads all guards of a class, so that a wrong one fails now and not at the first call. */
    List<Guarded<G>> check(Class<?> type, boolean proxiedByClass) {
        var guarded = new ArrayList<Guarded<G>>();
        MethodIntrospector.selectMethods(
                        type, (MethodIntrospector.MetadataLookup<List<A>>) method -> find(method, method, type))
                .forEach((method, found) -> {
                    var site = new Site(annotation, method, type, placeholders);
                    var onMethod = on(method) != null;
                    if (onMethod) {
                        site.requireProxied(proxiedByClass);
                    }
                    guarded.add(new Guarded<>(site, reader.apply(found, site), onMethod));
                });
        return guarded;
    }

    private Optional<G> read(Method method, Class<?> type) {
        var runs = AopUtils.getMostSpecificMethod(method, type);
        return Optional.ofNullable(find(runs, method, type))
                .map(found -> reader.apply(found, new Site(annotation, runs, type, placeholders)));
    }

    /** That of the method, else that of the type, which is meant for what others call. */
    private @Nullable List<A> find(Method runs, Method called, Class<?> type) {
        var found = on(runs);
        if (found == null && called != runs) {
            found = on(called);
        }
        if (found != null || !isPublicOfInstance(runs)) {
            return found;
        }
        return on(type);
    }

    /** The annotations of the element itself, else those that it inherits. */
    private @Nullable List<A> on(AnnotatedElement element) {
        var found = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream(annotation)
                .filter(MergedAnnotationPredicates.firstRunOf(MergedAnnotation::getAggregateIndex))
                .map(MergedAnnotation::synthesize)
                .toList();
        return found.isEmpty() ? null : found;
    }

    private static boolean isPublicOfInstance(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers())
                && !ReflectionUtils.isObjectMethod(method);
    }
}
