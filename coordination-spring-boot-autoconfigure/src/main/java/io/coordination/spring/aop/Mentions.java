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

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ReflectionUtils;

/**
 * Which classes have annotations somewhere: on themselves or a method, their own, inherited, or of an interface. Most beans have
 * none, and it costs much to find that out for each method by itself.
 */
final class Mentions {

    private final List<Class<? extends Annotation>> annotations;
    private final Map<Class<?>, Boolean> classes = new ConcurrentHashMap<>();
    private final Map<Class<? extends Annotation>, Boolean> leading = new ConcurrentHashMap<>();

    Mentions(List<Class<? extends Annotation>> annotations) {
        this.annotations = annotations;
    }

    boolean in(Class<?> type) {
        var known = classes.get(type);
        if (known == null) {
            known = isAnnotated(type) || above(type);
            classes.put(type, known);
        }
        return known;
    }

    private boolean above(Class<?> type) {
        var parent = type.getSuperclass();
        if (parent != null && parent != Object.class && in(parent)) {
            return true;
        }
        for (var contract : type.getInterfaces()) {
            if (in(contract)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAnnotated(Class<?> type) {
        if (leads(type)) {
            return true;
        }
        for (var method : ReflectionUtils.getDeclaredMethods(type)) {
            if (leads(method)) {
                return true;
            }
        }
        return false;
    }

    private boolean leads(AnnotatedElement element) {
        for (var annotation : element.getDeclaredAnnotations()) {
            if (leading.computeIfAbsent(annotation.annotationType(), this::isOrIsMadeOf)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOrIsMadeOf(Class<? extends Annotation> found) {
        return annotations.contains(found) || annotations.stream().anyMatch(MergedAnnotations.from(found)::isPresent);
    }
}
