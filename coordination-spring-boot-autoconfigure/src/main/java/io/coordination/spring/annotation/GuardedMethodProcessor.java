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
package io.coordination.spring.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.aot.hint.annotation.SimpleReflectiveProcessor;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/** Lets a native image call guarded methods, and the fallbacks that their annotations name. */
final class GuardedMethodProcessor implements ReflectiveProcessor {

    private final ReflectiveProcessor simple = new SimpleReflectiveProcessor();

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        simple.registerReflectionHints(hints, element);
        var type = element instanceof Method method ? method.getDeclaringClass() : element;
        if (type instanceof Class<?> declaring) {
            var annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
            annotations.stream(DistributedLock.class).forEach(lock -> registerFallback(hints, declaring, lock));
            registerFallback(hints, declaring, annotations.get(LeaderOnly.class));
        }
    }

    private static void registerFallback(ReflectionHints hints, Class<?> type, MergedAnnotation<?> annotation) {
        var fallback = annotation.getValue("fallback", String.class).orElse("");
        for (var method : type.getDeclaredMethods()) {
            if (method.getName().equals(fallback)) {
                hints.registerMethod(method, ExecutableMode.INVOKE);
            }
        }
    }
}
