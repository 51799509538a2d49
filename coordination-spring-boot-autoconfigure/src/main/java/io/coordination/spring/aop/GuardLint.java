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

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Says at the start what guards look right and are not: what a proxy can not see, and what a lock must not do. What can never
 * work stops the start anyway, by {@link BadGuardException}. To be a bean, and given to the bean post-processors.
 */
public final class GuardLint implements SmartInitializingSingleton, BeanFactoryAware {

    private static final Logger LOG = LoggerFactory.getLogger(GuardLint.class);

    private final Mode mode;
    private final Map<String, Set<Site>> beans = new ConcurrentHashMap<>();
    private final Map<Lock, Site> exclusive = new ConcurrentHashMap<>();
    private final Set<String> found = Collections.synchronizedSet(new LinkedHashSet<>());
    private @Nullable ConfigurableListableBeanFactory factory;
    private boolean started;

    /** What becomes of what was found. */
    public enum Mode {
        /** The application does not start. */
        FAIL,
        /** A warning in the log. */
        WARN,
        /** Nothing is looked for. */
        OFF
    }

    /**
     * A lint that has found nothing yet.
     *
     * @param mode what becomes of what it finds
     */
    public GuardLint(Mode mode) {
        this.mode = mode;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        factory = beanFactory instanceof ConfigurableListableBeanFactory listable ? listable : null;
    }

    /** A method that is guarded, its guard, and whether that stands on the method itself. */
    record Guarded<G>(Site site, G guard, boolean onMethod) {}

    /** Looks at the class of a bean. */
    void look(String bean, Collection<? extends Guarded<?>> guarded) {
        if (mode == Mode.OFF || guarded.isEmpty()) {
            return;
        }
        var sites = new LinkedHashMap<Method, Site>();
        for (var each : guarded) {
            var site = each.site();
            sites.put(site.method(), site);
            if (!each.onMethod() && site.isFinal()) {
                tell(
                        site,
                        "the method is final, so the annotation of its class does not guard it, and on the proxy it sees no"
                                + " field of the bean; make it not final");
            }
            var callback = site.callback();
            if (callback != null) {
                tell(
                        site,
                        "the container calls a method with @" + callback
                                + " on the bean itself, past the proxy, so it runs unguarded; move the work to a listener of"
                                + " ApplicationReadyEvent");
            }
        }
        var type = guarded.iterator().next().site().type();
        SelfCalls.in(
                type,
                sites.keySet(),
                (caller, method) -> tell(
                        sites.get(method),
                        "it is called by " + caller
                                + "() of its own class, past the proxy, so that call runs unguarded; call it through the bean that is"
                                + " injected, or move it to another class"));
        beans.computeIfAbsent(bean, unknown -> new LinkedHashSet<>()).addAll(sites.values());
    }

    /** A lock by the names of its coordinator and its own. */
    private record Lock(String coordinator, String name) {}

    /** A lock of a method, by a name that is always the same. */
    void exclusive(Site site, String coordinator, String name) {
        var other = exclusive.putIfAbsent(new Lock(coordinator, name), site);
        if (other != null && !other.method().equals(site.method())) {
            tell(
                    site,
                    "lock '" + name + "' is that of " + other
                            + " too, and a call of one is skipped while the other runs;"
                            + " give each a name of its own, or let them wait (waitTime) if they must not run together");
        }
    }

    /** Something that was found. */
    void tell(Site site, String problem) {
        if (mode == Mode.OFF) {
            return;
        }
        var text = site.bad(problem).getMessage();
        if (started) {
            out(List.of(String.valueOf(text)));
        } else {
            found.add(text);
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        var known = factory;
        if (known != null) {
            beans.forEach((name, sites) -> AdviceOrder.check(known.getSingleton(name), sites, this));
        }
        started = true;
        if (!found.isEmpty()) {
            out(List.copyOf(found));
        }
    }

    private void out(List<String> texts) {
        if (mode == Mode.FAIL) {
            throw new BadGuardException(
                    String.join(System.lineSeparator(), texts) + System.lineSeparator()
                            + "(coordination.lint=warn starts all the same)",
                    null);
        }
        texts.forEach(LOG::warn);
    }
}
