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
package io.coordination.spring.boot.autoconfigure;

import io.coordination.Coordinator;
import io.coordination.spi.Names;
import io.coordination.spring.annotation.LeaderLifecycle;
import io.coordination.spring.aop.BadGuardException;
import io.coordination.spring.event.CoordinationEvent.LeadershipGranted;
import io.coordination.spring.event.CoordinationEvent.LeadershipRevoked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/** Starts and stops beans with {@link LeaderLifecycle} as leadership comes and goes. */
final class LeaderLifecycles implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderLifecycles.class);

    private final ListableBeanFactory beans;
    private final ObjectProvider<Coordinator> coordinator;
    private final List<String> joined;
    private final Map<String, List<Lifecycle>> members = new ConcurrentHashMap<>();

    LeaderLifecycles(ListableBeanFactory beans, ObjectProvider<Coordinator> coordinator, List<String> joined) {
        this.beans = beans;
        this.coordinator = coordinator;
        this.joined = joined;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (var name : beans.getBeanNamesForAnnotation(LeaderLifecycle.class)) {
            var bound = beans.findAnnotationOnBean(name, LeaderLifecycle.class);
            if (bound != null) {
                if (coordinator.getIfUnique() == null) {
                    throw bad(
                            name,
                            "there is no Coordinator bean that is the default, so nothing would start it; set"
                                    + " coordination.url, or make one of several @Primary");
                }
                members.computeIfAbsent(group(name, bound.group()), group -> new ArrayList<>())
                        .add(lifecycle(name));
            }
        }
    }

    private Lifecycle lifecycle(String name) {
        var bean = beans.getBean(name);
        if (!(bean instanceof Lifecycle lifecycle)) {
            throw bad(name, "it is no Lifecycle, so it can not be started and stopped; implement SmartLifecycle");
        }
        if (bean instanceof SmartLifecycle smart && smart.isAutoStartup()) {
            throw bad(name, "it starts by itself on every member; return false from isAutoStartup()");
        }
        return lifecycle;
    }

    private String group(String name, String group) {
        if (group.isEmpty() && joined.size() == 1) {
            return joined.get(0);
        }
        if (!joined.contains(group)) {
            throw bad(
                    name,
                    (group.isEmpty() ? "it names no group" : "group '" + Names.printable(group) + "' is not joined")
                            + ", and the application joins "
                            + (joined.isEmpty() ? "none" : String.join(", ", joined))
                            + "; name one, or add it to coordination.groups");
        }
        return group;
    }

    private static BadGuardException bad(String name, String problem) {
        return new BadGuardException("@LeaderLifecycle on bean '" + name + "': " + problem, null);
    }

    @EventListener
    void on(LeadershipGranted granted) {
        for (var member : members.getOrDefault(granted.group(), List.of())) {
            if (!member.isRunning()) {
                quietly("start", member, member::start);
            }
        }
    }

    /** In the order opposite to that of starting. */
    @EventListener
    void on(LeadershipRevoked revoked) {
        var all = members.getOrDefault(revoked.group(), List.of());
        for (var i = all.size() - 1; i >= 0; i--) {
            var member = all.get(i);
            if (member.isRunning()) {
                quietly("stop", member, member::stop);
            }
        }
    }

    /** One that fails does not keep the others from it. */
    private static void quietly(String what, Lifecycle member, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failure) {
            LOG.error("Could not {} {} with the leadership", what, member, failure);
        }
    }
}
