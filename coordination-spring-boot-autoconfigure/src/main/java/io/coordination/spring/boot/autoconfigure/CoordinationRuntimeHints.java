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

import io.coordination.spi.Driver;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Lets a native image find the drivers, what they read from the class path, and what their clients make by name. */
final class CoordinationRuntimeHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources().registerPattern("META-INF/services/" + Driver.class.getName());
        hints.resources().registerPattern("io/coordination/driver/redis/*.lua");
        hints.resources().registerPattern("io/coordination/driver/sql/*.sql");
        ServiceLoader.load(Driver.class, classLoader).stream()
                .forEach(driver ->
                        hints.reflection().registerType(driver.type(), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS));
        byName(hints.reflection(), classLoader, "org.apache.zookeeper.ClientCnxnSocketNIO");
        byName(hints.reflection(), classLoader, "org.apache.zookeeper.ClientCnxnSocketNetty");
        byName(hints.reflection(), classLoader, "org.postgresql.ssl.DefaultJavaSSLFactory");
        byName(hints.reflection(), classLoader, "io.coordination.driver.sql.PostgreSqlTls");
        byName(hints.reflection(), classLoader, "io.coordination.driver.sql.PostgreSqlSockets");
    }

    private static void byName(ReflectionHints hints, @Nullable ClassLoader classLoader, String type) {
        hints.registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
    }
}
