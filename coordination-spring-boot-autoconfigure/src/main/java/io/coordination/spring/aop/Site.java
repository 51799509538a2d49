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

import io.coordination.spring.annotation.LeaderOnly;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ClassUtils;

/**
 * Where a guarding annotation stands, for its checks and their messages.
 *
 * @param annotation the annotation
 * @param method the method that a call runs
 * @param type the class of the bean
 * @param placeholders resolves the placeholders of a text, and fails where it can not
 */
record Site(Class<? extends Annotation> annotation, Method method, Class<?> type, UnaryOperator<String> placeholders) {

    private static final Set<String> CALLBACKS =
            Set.of("jakarta.annotation.PostConstruct", "jakarta.annotation.PreDestroy");

    BadGuardException bad(String problem) {
        return bad(problem, null);
    }

    BadGuardException bad(String problem, @Nullable Throwable cause) {
        return new BadGuardException("@" + annotation.getSimpleName() + " on " + this + ": " + problem, cause);
    }

    /** A method that the proxy can not override would run unguarded. */
    void requireProxied(boolean byClass) {
        var modifiers = method.getModifiers();
        var why = Modifier.isPrivate(modifiers)
                ? "private"
                : Modifier.isStatic(modifiers)
                        ? "static"
                        : Modifier.isFinal(modifiers) && (byClass || !isOfInterface()) ? "final" : null;
        if (why != null) {
            throw bad("the method is " + why + ", so the proxy of the bean can not guard it; make it not " + why);
        }
    }

    /** Without anybody who keeps them, guards must not be dropped in silence. */
    void requireCoordinator(Coordinators coordinators, String name) {
        var problem = coordinators.problem(name);
        if (problem != null) {
            throw bad(problem);
        }
    }

    boolean isLeaderOnly() {
        return AnnotatedElementUtils.hasAnnotation(method, LeaderOnly.class)
                || AnnotatedElementUtils.hasAnnotation(type, LeaderOnly.class);
    }

    boolean isFinal() {
        return Modifier.isFinal(method.getModifiers());
    }

    /** The annotation by which the container calls it on the bean itself, if it has one. */
    @Nullable
    String callback() {
        return Arrays.stream(method.getAnnotations())
                .map(found -> found.annotationType())
                .filter(found -> CALLBACKS.contains(found.getName()))
                .map(Class::getSimpleName)
                .findFirst()
                .orElse(null);
    }

    String text(String attribute, String text) {
        try {
            return placeholders.apply(text);
        } catch (IllegalArgumentException unresolved) {
            throw bad(attribute + " = \"" + text + "\": " + unresolved.getMessage(), unresolved);
        }
    }

    Duration duration(String attribute, String text, Duration standard) {
        if (text.isEmpty()) {
            return standard;
        }
        var resolved = text(attribute, text).strip();
        try {
            var duration = DurationFormatterUtils.detectAndParse(resolved);
            if (duration.isNegative()) {
                throw bad(attribute + " must not be negative, but is \"" + resolved + "\"");
            }
            return duration;
        } catch (IllegalArgumentException unreadable) {
            throw bad(
                    attribute + " = \"" + resolved + "\" is no duration; write one such as 500ms, 10s or PT1M",
                    unreadable);
        }
    }

    /** Whether it is a suspending function of Kotlin. */
    boolean isSuspending() {
        var parameters = method.getParameterTypes();
        return parameters.length > 0
                && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
    }

    private boolean isOfInterface() {
        return ClassUtils.getAllInterfacesForClassAsSet(type).stream()
                .anyMatch(found -> ClassUtils.hasMethod(found, method.getName(), method.getParameterTypes()));
    }

    /** {@return the method with its class and parameters} */
    @Override
    public String toString() {
        return type.getName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
