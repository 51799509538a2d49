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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/** The coordinators of an application context. Which one is meant is found as for any injection, once for each name. */
final class CoordinatorBeans implements Coordinators {

    private final ConfigurableListableBeanFactory beans;
    private final Map<String, Coordinator> known = new ConcurrentHashMap<>();

    CoordinatorBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Coordinator named(String name) {
        var found = known.get(name);
        if (found == null) {
            // Not in one step with the map, as opening one may ask for others.
            found = name.isEmpty()
                    ? beans.getBean(Coordinator.class)
                    : BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, Coordinator.class, name);
            known.put(name, found);
        }
        return found;
    }

    @Override
    public @Nullable String problem(String name) {
        var all = Arrays.asList(
                BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, Coordinator.class, true, false));
        if (all.isEmpty()) {
            return "there is no Coordinator bean to guard it. Set coordination.url, which must not be empty, or define the bean;"
                    + " coordination.enabled=false runs all methods unguarded";
        }
        return name.isEmpty() ? problemOfDefault(all) : problemOf(name, all);
    }

    private @Nullable String problemOfDefault(List<String> all) {
        var candidates = all.stream().filter(this::isDefaultCandidate).toList();
        if (candidates.size() == 1) {
            return null;
        }
        var primary = candidates.stream()
                .filter(name -> is(name, BeanDefinition::isPrimary, false))
                .count();
        var ordinary = candidates.stream()
                .filter(name -> is(name, definition -> !definition.isFallback(), true))
                .count();
        return primary == 1 || (primary == 0 && ordinary == 1)
                ? null
                : "it names no coordinator, and of the beans " + listed(all)
                        + (candidates.isEmpty() ? " none" : " not one")
                        + " is the default. Name one, as in coordinator = \"" + all.get(0)
                        + "\", make one @Primary, or make the others @Bean(defaultCandidate = false)";
    }

    private @Nullable String problemOf(String name, List<String> all) {
        var matching = all.stream()
                .filter(bean -> BeanFactoryAnnotationUtils.isQualifierMatch(name::equals, bean, beans))
                .count();
        if (matching == 1) {
            return null;
        }
        return matching == 0
                ? "there is no Coordinator bean '" + name + "'; there is " + listed(all)
                : "coordinator = \"" + name + "\" is a qualifier of several among " + listed(all) + "; name one bean";
    }

    private boolean isDefaultCandidate(String name) {
        return is(
                name,
                definition -> definition.isAutowireCandidate()
                        && !(definition instanceof AbstractBeanDefinition known && !known.isDefaultCandidate()),
                true);
    }

    /** What a definition says, or what counts for a bean of a parent context or without a definition. */
    private boolean is(String name, Predicate<BeanDefinition> asked, boolean otherwise) {
        return beans.containsBeanDefinition(name) ? asked.test(beans.getMergedBeanDefinition(name)) : otherwise;
    }

    private static String listed(List<String> names) {
        return "'" + String.join("', '", names.stream().sorted().toList()) + "'";
    }
}
