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

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.driver.memory.MemoryDriver;
import io.coordination.spring.annotation.DistributedLock;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What a native image has to be told. */
class CoordinationRuntimeHintsTests {

    private final RuntimeHints hints = new RuntimeHints();

    @Test
    void driversAreFound() {
        var registrars = SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
                .load(RuntimeHintsRegistrar.class);
        assertThat(registrars).anyMatch(CoordinationRuntimeHints.class::isInstance);
        new CoordinationRuntimeHints().registerHints(hints, getClass().getClassLoader());
        assertThat(RuntimeHintsPredicates.resource().forResource("META-INF/services/io.coordination.spi.Driver"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(MemoryDriver.class))
                .accepts(hints);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "sql"})
    void whatDriversReadIsThere(String driver) throws IOException {
        new CoordinationRuntimeHints().registerHints(hints, getClass().getClassLoader());
        var files = new PathMatchingResourcePatternResolver()
                .getResources("classpath:/io/coordination/driver/" + driver + "/*.*l*");
        var texts = Arrays.stream(files)
                .map(Resource::getFilename)
                .filter(name -> name != null && !name.endsWith(".class"))
                .toList();
        assertThat(texts)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(RuntimeHintsPredicates.resource()
                                .forResource("io/coordination/driver/" + driver + "/" + name))
                        .accepts(hints));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.zookeeper.ClientCnxnSocketNIO",
                "org.apache.zookeeper.ClientCnxnSocketNetty",
                "org.postgresql.ssl.DefaultJavaSSLFactory",
                "io.coordination.driver.sql.PostgreSqlTls",
                "io.coordination.driver.sql.PostgreSqlSockets"
            })
    void whatClientsMakeByNameCanBeMade(String type) {
        new CoordinationRuntimeHints().registerHints(hints, getClass().getClassLoader());
        assertThat(RuntimeHintsPredicates.reflection()
                        .onType(TypeReference.of(type))
                        .withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
                .accepts(hints);
    }

    static class Guarded {

        @DistributedLock(name = "x", fallback = "instead")
        void work() {}

        private void instead() {}
    }

    @Test
    void guardedMethodsAndTheirFallbacksCanBeCalled() {
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Guarded.class);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method("work")))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method("instead")))
                .accepts(hints);
    }

    private static Method method(String name) {
        return Arrays.stream(Guarded.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
