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

import io.coordination.AccessRefusedException;
import io.coordination.BadOptionException;
import io.coordination.ConnectionFailedException;
import io.coordination.CoordinationException;
import io.coordination.MemberAlreadyExistsException;
import io.coordination.OperationTimedOutException;
import io.coordination.UnknownSchemeException;
import io.coordination.UnmetDemandException;
import io.coordination.spring.aop.BadGuardException;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Says why the application could not start with its store, and which property mends it. Never shows a property's value. */
final class CoordinationFailureAnalyzer extends AbstractFailureAnalyzer<CoordinationException> {

    private final Environment environment;

    CoordinationFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, CoordinationException cause) {
        var action = action(cause);
        return action == null ? null : new FailureAnalysis(cause.getMessage(), action, cause);
    }

    private @Nullable String action(CoordinationException cause) {
        if (cause instanceof UnknownSchemeException) {
            return "Mend the scheme of " + where("coordination.url")
                    + ", or add the dependency that brings its driver.";
        }
        if (cause instanceof BadOptionException) {
            var message = String.valueOf(cause.getMessage());
            return "Mend "
                    + (message.contains("capabilities")
                            ? "coordination.capabilities"
                            : where("coordination.url") + orTls(cause))
                    + ".";
        }
        if (cause instanceof ConnectionFailedException || cause instanceof OperationTimedOutException) {
            return "Start the store, or mend " + place() + orTls(cause) + ".";
        }
        if (cause instanceof AccessRefusedException) {
            return isOfTheApplication()
                    ? "Mend the user and password of " + place() + ", or the access rules of the database."
                    : "Mend coordination.username and coordination.password or the access rules of the store; for files the"
                            + " owner and mode of the directory, or " + where("coordination.url") + ".";
        }
        if (cause instanceof UnmetDemandException) {
            return "Demand less in " + where("coordination.require") + " or "
                    + where("coordination.require-token-durability") + ", or set " + where("coordination.url")
                    + " to a store that promises it.";
        }
        if (cause instanceof MemberAlreadyExistsException) {
            return "Give each process its own " + where("coordination.member-id")
                    + ", or leave it out; after a crash, wait until the store has ended the session of the process before.";
        }
        return cause instanceof BadGuardException ? "Mend the annotation, or the method that it guards." : null;
    }

    /** What says where the store is. */
    private String place() {
        if (!isOfTheApplication()) {
            return where("coordination.url");
        }
        return environment.containsProperty("spring.datasource.url")
                ? where("spring.datasource.url")
                : "the DataSource that " + where("coordination.url") + " means";
    }

    private boolean isOfTheApplication() {
        return CoordinationJdbcAutoConfiguration.isOfTheApplication(environment.getProperty("coordination.url", ""));
    }

    private static String orTls(CoordinationException cause) {
        return String.valueOf(cause.getMessage()).contains("TLS") ? " or coordination.ssl" : "";
    }

    /** The property, and where it was set. */
    private String where(String property) {
        var name = ConfigurationPropertyName.of(property);
        return StreamSupport.stream(
                        ConfigurationPropertySources.get(environment).spliterator(), false)
                .map(source -> source.getConfigurationProperty(name))
                .filter(Objects::nonNull)
                .findFirst()
                .map(found -> property + (found.getOrigin() == null ? "" : " (" + found.getOrigin() + ")"))
                .orElse(property);
    }
}
