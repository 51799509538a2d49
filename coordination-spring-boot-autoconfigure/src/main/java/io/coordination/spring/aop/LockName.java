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

import io.coordination.BadNameException;
import io.coordination.spi.Names;
import io.coordination.spi.StoreException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * The name of a lock: one text, or a template that is evaluated at each call. Only the annotation's own text makes it a
 * template; what a placeholder brings in is a text where the annotation has no expression.
 */
final class LockName {

    /** A class's own text names it in every process; that of {@link Object} is another one in each. */
    private static final ClassValue<Boolean> HAS_TEXT = new ClassValue<>() {

        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return !type.isArray() && type.getMethod("toString").getDeclaringClass() != Object.class;
            } catch (NoSuchMethodException impossible) {
                return false;
            }
        }
    };

    private final Site site;
    private final @Nullable String fixed;
    private final List<Expression> parts;
    private final ParameterNameDiscoverer parameters;
    private final StandardEvaluationContext shared = new StandardEvaluationContext();

    private LockName(Site site, @Nullable String fixed, List<Expression> parts, String @Nullable [] parameters) {
        this.site = site;
        this.fixed = fixed;
        this.parts = parts;
        this.parameters = new Known(parameters);
    }

    /** The names of the one method, found once. */
    private record Known(String @Nullable [] names) implements ParameterNameDiscoverer {

        @Override
        public String @Nullable [] getParameterNames(java.lang.reflect.Method method) {
            return names;
        }

        @Override
        public String @Nullable [] getParameterNames(java.lang.reflect.Constructor<?> constructor) {
            return null;
        }
    }

    static LockName of(Site site, String text, @Nullable BeanResolver beans) {
        if (text.isBlank()) {
            throw site.bad("it names no lock; write a name");
        }
        var resolved = site.text("name", text);
        if (!text.contains("#{")) {
            try {
                return new LockName(site, Names.check("lock", resolved), List.of(), null);
            } catch (StoreException bad) {
                throw site.bad(String.valueOf(bad.getMessage()), bad);
            }
        }
        var names = new DefaultParameterNameDiscoverer().getParameterNames(site.method());
        var name = new LockName(site, null, parse(site, resolved), names);
        name.shared.setBeanResolver(beans);
        name.requireKnownVariables(names);
        return name;
    }

    /** The name where it is always the same. */
    @Nullable
    String fixed() {
        return fixed;
    }

    String of(MethodInvocation invocation) {
        if (fixed != null) {
            return fixed;
        }
        var context = new MethodBasedEvaluationContext(
                invocation.getThis(), site.method(), invocation.getArguments(), parameters);
        shared.applyDelegatesTo(context);
        context.setBeanResolver(shared.getBeanResolver());
        var name = new StringBuilder();
        for (var part : parts) {
            name.append(
                    part instanceof LiteralExpression literal ? literal.getExpressionString() : value(part, context));
        }
        return name.toString();
    }

    private Object value(Expression part, StandardEvaluationContext context) {
        Object value;
        try {
            value = part.getValue(context);
        } catch (EvaluationException failure) {
            throw new BadNameException(
                    "The name of the lock of " + site + " could not be made: " + failure.getMessage(), failure);
        }
        if (value == null) {
            throw new BadNameException(
                    "The name of the lock of " + site + " could not be made: " + part.getExpressionString()
                            + " is null",
                    null);
        }
        if (!HAS_TEXT.get(value.getClass())) {
            throw new BadNameException(
                    "The name of the lock of " + site + " could not be made: " + part.getExpressionString() + " is of "
                            + value.getClass().getName() + ", which has no text of its own; use one of its properties",
                    null);
        }
        return value;
    }

    private static List<Expression> parse(Site site, String template) {
        try {
            var expression = new SpelExpressionParser().parseExpression(template, new TemplateParserContext());
            return expression instanceof CompositeStringExpression composite
                    ? List.of(composite.getExpressions())
                    : List.of(expression);
        } catch (ParseException unreadable) {
            throw site.bad("name = \"" + template + "\" can not be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void requireKnownVariables(String @Nullable [] names) {
        var known = new HashSet<String>(Set.of("#root", "#this"));
        for (var i = 0; i < site.method().getParameterCount(); i++) {
            known.add("#a" + i);
            known.add("#p" + i);
        }
        for (var name : names == null ? new String[0] : names) {
            known.add("#" + name);
        }
        for (var part : parts) {
            if (part instanceof SpelExpression spel) {
                requireKnown(spel.getAST(), known);
            }
        }
    }

    private void requireKnown(SpelNode node, Set<String> known) {
        if (node instanceof VariableReference && !known.contains(node.toStringAST())) {
            throw site.bad("name: there is no parameter " + node.toStringAST()
                    + "; write its name (the compiler option -parameters keeps names) or #a0, #a1 for its place");
        }
        for (var i = 0; i < node.getChildCount(); i++) {
            requireKnown(node.getChild(i), known);
        }
    }
}
