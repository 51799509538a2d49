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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.ElectionListener;
import io.coordination.GroupListener;
import io.coordination.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What is left in the process of an application that has closed its coordinator, as by a restart of DevTools: nothing that holds
 * its classes. This library itself is in a class loader that lives on.
 */
public abstract class RestartContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Of a store that nobody else uses. */
    protected abstract String url();

    @Test
    void anApplicationThatClosedLeavesNothingBehind() throws Exception {
        var url = url();
        var first = run(url);
        var second = run(url);
        try (var other = Coordinator.open(url)) {
            assertThat(other.groups())
                    .as("groups without members")
                    .allSatisfy(
                            group -> assertThat(other.group(group).members()).isEmpty());
            assertThat(other.leader("g")).isEmpty();
            assertThat(other.lock("held").tryAcquire()).isPresent();
            eventually(
                    "no thread is left",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getContextClassLoader)
                            .noneMatch(loader -> loader != null && (loader == first.get() || loader == second.get())));
            eventually("the classes are left to the garbage collector", () -> {
                System.gc();
                return first.get() == null && second.get() == null;
            });
        }
    }

    /** One life of the application, in a class loader of its own. */
    private static WeakReference<ClassLoader> run(String url) throws Exception {
        var loader = new Restarting(RestartContract.class.getClassLoader());
        var before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            @SuppressWarnings("unchecked")
            var application = (Consumer<String>) loader.loadClass(Application.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(application.getClass()).isNotSameAs(Application.class);
            application.accept(url);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        return new WeakReference<>(loader);
    }

    private static void eventually(String what, Condition condition) {
        var start = System.nanoTime();
        while (!condition.holds()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(PATIENCE);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static final class Restarting extends ClassLoader {

        Restarting(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Application.class.getName())) {
                return super.loadClass(name, resolve);
            }
            var loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                var bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** Does all that leaves its objects with the library, and closes while it holds, leads and waits. */
    public static final class Application implements Consumer<String> {

        @Override
        public void accept(String url) {
            var led = new CountDownLatch(1);
            try (var coordinator = Coordinator.builder()
                    .url(url)
                    .sessionTimeout(Duration.ofMinutes(1))
                    .open()) {
                coordinator.onStateChange(state -> led.getCount());
                coordinator.onLeaseLost(loss -> led.getCount());
                coordinator.election("g").listen(new ElectionListener() {
                    @Override
                    public void granted(Lease lease) {
                        led.countDown();
                    }
                });
                coordinator.election("g").campaign();
                coordinator.group("g").watch(new GroupListener() {});
                coordinator.group("g").join(Map.of());
                coordinator.partitioner("g");
                Optional<Lease> held = coordinator.lock("held").tryAcquire();
                held.orElseThrow().onLost(loss -> led.getCount());
                if (!led.await(20, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("it does not lead");
                }
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}
