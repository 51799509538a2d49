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
package io.coordination.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import io.coordination.spring.boot.autoconfigure.CoordinationAutoConfiguration;
import io.coordination.spring.boot.autoconfigure.CoordinationEndpointAutoConfiguration;
import io.coordination.spring.boot.autoconfigure.CoordinationHealthContributorAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Endpoint and health are there when they are wanted. */
class ActuatorAutoConfigurationTests {

    private final TestStore store = new TestStore();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordinationAutoConfiguration.class,
                    CoordinationEndpointAutoConfiguration.class,
                    CoordinationHealthContributorAutoConfiguration.class))
            .withPropertyValues("coordination.url=" + store.url());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void endpointIsThereWhenExposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=coordination")
                .run(context -> assertThat(context).hasSingleBean(CoordinationEndpoint.class));
    }

    @Test
    void endpointIsNotThereUnlessExposedAndAllowed() {
        runner.run(context -> assertThat(context).doesNotHaveBean(CoordinationEndpoint.class));
        runner.withPropertyValues(
                        "management.endpoints.web.exposure.include=coordination",
                        "management.endpoint.coordination.access=NONE")
                .run(context -> assertThat(context).doesNotHaveBean(CoordinationEndpoint.class));
    }

    @Test
    void endpointOfTheApplicationIsUsed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=coordination")
                .withBean("theirs", CoordinationEndpoint.class, () -> new CoordinationEndpoint(store.member("m")))
                .run(context -> assertThat(context)
                        .hasSingleBean(CoordinationEndpoint.class)
                        .hasBean("theirs"));
    }

    @Test
    void healthIsThereUnlessSwitchedOff() {
        runner.run(context -> assertThat(context)
                .getBean("coordinationHealthContributor")
                .isInstanceOf(CoordinationHealthIndicator.class));
        runner.withPropertyValues("management.health.coordination.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthContributor.class));
    }

    @Test
    void healthOfTheApplicationIsUsed() {
        HealthIndicator theirs = () -> Health.up().build();
        runner.withBean("coordinationHealthIndicator", HealthIndicator.class, () -> theirs)
                .run(context ->
                        assertThat(context).getBean(HealthContributor.class).isSameAs(theirs));
    }

    @Test
    void eachOfSeveralCoordinatorsHasItsHealth() {
        runner.withBean("one", Coordinator.class, () -> store.member("one"))
                .withBean("two", Coordinator.class, () -> store.member("two"))
                .run(context -> assertThat(context)
                        .getBean("coordinationHealthContributor")
                        .isInstanceOf(CompositeHealthContributor.class));
    }

    @Test
    void nothingIsThereWithoutACoordinator() {
        runner.withPropertyValues("coordination.enabled=false", "management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(CoordinationEndpoint.class)
                        .doesNotHaveBean(HealthContributor.class));
    }

    @Test
    void applicationWithoutActuatorStarts() {
        runner.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class, HealthContributor.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean("coordinationEndpoint")
                        .doesNotHaveBean("coordinationHealthContributor"));
    }

    @Test
    void otherEndpointsShowNoSecretOfThePropertiesHoweverTheyAreWritten() {
        runner.run(context -> {
            var function = context.getBean(SanitizingFunction.class);
            assertThat(shown(function, "coordination.password", "s3cr3t")).isEqualTo("******");
            assertThat(shown(function, "COORDINATION_PASSWORD", "s3cr3t")).isEqualTo("******");
            assertThat(shown(function, "coordination.url", "redis://user:s3cr3t@host"))
                    .isEqualTo("redis://user:***@host");
            assertThat(shown(function, "COORDINATION_URL", "s3c@r3t:unreadable"))
                    .isEqualTo("******");
            assertThat(shown(function, "coordination.member-id", "me")).isEqualTo("me");
            assertThat(function.apply(new SanitizableData(null, "coordination.url", null))
                            .getValue())
                    .isNull();
        });
    }

    private static Object shown(SanitizingFunction function, String key, Object value) {
        return function.apply(new SanitizableData(null, key, value)).getValue();
    }
}
