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

import io.coordination.BadOptionException;
import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.Member;
import io.coordination.UnknownSchemeException;
import io.coordination.UnmetDemandException;
import io.coordination.spi.SessionState;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.aop.BadGuardException;
import io.coordination.spring.aop.LeaderDefaults;
import io.coordination.spring.aop.LockDefaults;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What there is without any code of the application, and what goes when it has its own. */
@ExtendWith(OutputCaptureExtension.class)
class CoordinationAutoConfigurationTests {

    private final TestStore store = new TestStore();
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    SslAutoConfiguration.class,
                    CoordinationAutoConfiguration.class,
                    CoordinationAnnotationsAutoConfiguration.class));
    private final ApplicationContextRunner runner = bare.withPropertyValues("coordination.url=" + store.url());

    @BeforeEach
    void logAsApplicationsDo() {
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel("io.coordination.spring", LogLevel.INFO);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void oneUrlGivesACoordinatorThatIsClosedWithTheContext() {
        var seen = new Coordinator[1];
        runner.run(context -> {
            seen[0] = context.getBean(Coordinator.class);
            assertThat(seen[0].url()).isEqualTo(store.url());
            assertThat(seen[0].state()).isEqualTo(SessionState.LIVE);
        });
        assertThat(seen[0].state()).isEqualTo(SessionState.LOST);
    }

    @Test
    void nothingIsThereWhenDisabled() {
        runner.withPropertyValues("coordination.enabled=false")
                .withUserConfiguration(Guarded.class)
                .run(context -> {
                    assertThat(context)
                            .hasNotFailed()
                            .doesNotHaveBean(Coordinator.class)
                            .doesNotHaveBean(CoordinationProperties.class)
                            .doesNotHaveBean(LockDefaults.class);
                    assertThat(context.getBean(Guarded.class).work()).isEqualTo("ran");
                });
    }

    @ParameterizedTest
    @CsvSource({"''", "'  '"})
    void emptyUrlMeansNoCoordinator(String url) {
        bare.withPropertyValues("coordination.url=" + url)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(Coordinator.class)
                        .doesNotHaveBean(MembershipLifecycle.class));
    }

    @Test
    void emptyUrlDoesNotDropGuardsInSilence() {
        bare.withPropertyValues("coordination.url=")
                .withUserConfiguration(Guarded.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(BadGuardException.class)
                        .hasMessageContaining("no Coordinator bean")
                        .hasMessageContaining("coordination.url"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Guarded {

        @DistributedLock("x")
        public String work() {
            return "ran";
        }
    }

    @Test
    void coordinatorOfTheApplicationIsUsed() {
        var theirs = store.member("theirs");
        runner.withBean("theirs", Coordinator.class, () -> theirs).run(context -> {
            assertThat(context).hasSingleBean(Coordinator.class).doesNotHaveBean(CoordinationConnectionDetails.class);
            assertThat(theirs.joinedGroups()).containsExactly("application");
        });
    }

    @Test
    void connectionDetailsOfTheApplicationReplaceTheProperties() {
        CoordinationConnectionDetails details = store::url;
        bare.withPropertyValues("coordination.url=foo://nowhere")
                .withBean(CoordinationConnectionDetails.class, () -> details)
                .run(context -> {
                    assertThat(context).doesNotHaveBean(PropertiesCoordinationConnectionDetails.class);
                    assertThat(context.getBean(Coordinator.class).url()).isEqualTo(store.url());
                });
    }

    @Test
    void connectionDetailsOfTheApplicationWorkWithAnEmptyUrlToo() {
        CoordinationConnectionDetails details = store::url;
        bare.withPropertyValues("coordination.url=")
                .withBean(CoordinationConnectionDetails.class, () -> details)
                .run(context -> assertThat(context).hasSingleBean(Coordinator.class));
    }

    @Test
    void customizersHaveTheLastWord() {
        runner.withPropertyValues("coordination.member-id=property")
                .withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.memberId("customized"))
                .run(context -> assertThat(context.getBean(Coordinator.class).memberId())
                        .isEqualTo("customized"));
    }

    @Test
    void defaultsOfTheApplicationReplaceTheProperties() {
        runner.withBean("mine", LockDefaults.class, () -> LockDefaults.STANDARD)
                .run(context ->
                        assertThat(context).hasSingleBean(LockDefaults.class).hasBean("mine"));
    }

    @Test
    void everyPropertyOfTheConnectionReachesTheDriver() {
        var driver = new RecordingDriver();
        runner.withBean(RecordingDriver.class, () -> driver)
                .withPropertyValues(
                        "coordination.url=recording://host:1",
                        "coordination.username=user",
                        "coordination.password=p@ss",
                        "coordination.member-id=me",
                        "coordination.namespace=ns",
                        "coordination.session-timeout=3s",
                        "coordination.ssl.enabled=true")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(driver.target().url().hosts()).hasToString("[host:1]");
                    assertThat(driver.target().url().username()).contains("user");
                    assertThat(driver.target().url().password()).contains("p@ss");
                    assertThat(driver.target().memberId()).isEqualTo("me");
                    assertThat(driver.target().namespace()).isEqualTo("ns");
                    assertThat(driver.target().lease()).hasSeconds(3);
                    assertThat(driver.target().tls()).isNotNull();
                });
    }

    @Test
    void sslBundleThatIsMissingStopsTheStart() {
        runner.withPropertyValues("coordination.ssl.bundle=missing")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(NoSuchSslBundleException.class)
                        .hasMessageContaining("missing"));
    }

    @Test
    void tlsIsNotAskedForUnlessWanted() {
        var driver = new RecordingDriver();
        runner.withBean(RecordingDriver.class, () -> driver)
                .withPropertyValues("coordination.ssl.enabled=false", "coordination.ssl.bundle=unused")
                .run(context -> assertThat(driver.target().tls()).isNull());
    }

    @Test
    void memberIdNamesApplicationHostAndProcess() {
        runner.withPropertyValues("spring.application.name=sample-app").run(context -> {
            var pid = ProcessHandle.current().pid();
            assertThat(context.getBean(Coordinator.class).memberId()).matches("sample-app@.+:" + pid + "-[0-9a-f]{4}");
        });
    }

    @Test
    void memberIdIsValidWhateverTheApplicationIsCalled() {
        runner.withPropertyValues("spring.application.name=" + "\u00e9\u4e2d".repeat(100), "coordination.groups=g")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void groupOfTheApplicationsNameIsJoined() {
        runner.withPropertyValues("spring.application.name=sample-app").run(context -> {
            var coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.joinedGroups()).containsExactly("sample-app");
            assertThat(coordinator.elections()).extracting(Election::group).containsExactly("sample-app");
            assertThat(context.getBean(LeaderDefaults.class).groups()).containsExactly("sample-app");
        });
    }

    @Test
    void groupsAreJoinedWithCapabilities() {
        runner.withPropertyValues(
                        "coordination.groups=a,b,a",
                        "coordination.capabilities.weight=5",
                        "coordination.capabilities.zone=eu",
                        "coordination.capabilities.disk.kind=ssd")
                .run(context -> {
                    var coordinator = context.getBean(Coordinator.class);
                    assertThat(coordinator.joinedGroups()).containsExactlyInAnyOrder("a", "b");
                    assertThat(coordinator.group("a").members()).singleElement().satisfies(member -> {
                        assertThat(member.weight()).isEqualTo(5);
                        assertThat(member.capabilities())
                                .containsEntry("zone", "eu")
                                .containsEntry("disk", Map.of("kind", "ssd"));
                    });
                });
    }

    @Test
    void noGroupIsJoinedWhereTheListIsEmpty() {
        runner.withPropertyValues("coordination.groups=")
                .run(context -> assertThat(context.getBean(Coordinator.class).joinedGroups())
                        .isEmpty());
    }

    @Test
    void nobodyStandsWhereCampaigningIsOff() {
        runner.withPropertyValues("coordination.groups=g", "coordination.leader.campaign=false")
                .run(context -> {
                    var coordinator = context.getBean(Coordinator.class);
                    assertThat(coordinator.joinedGroups()).containsExactly("g");
                    assertThat(coordinator.elections()).isEmpty();
                });
    }

    @ParameterizedTest
    @CsvSource({
        "coordination.session-timeout, 1ms",
        "coordination.session-timeout, 31d",
        "coordination.poll-interval, 0",
        "coordination.member-id, a\u0001b",
        "coordination.namespace, a\u0001b",
        "coordination.lock.wait-time, -1s",
        "coordination.lock.at-least, -1s",
        "coordination.lock.lease-time, 0s",
        "coordination.capabilities.weight, heavy",
    })
    void valueThatMakesNoSenseNamesItsProperty(String property, String value) {
        runner.withPropertyValues(property + "=" + value)
                .run(context -> assertThat(context)
                        .getFailure()
                        .satisfies(
                                failure -> assertThat(cause(failure, InvalidConfigurationPropertyValueException.class))
                                        .extracting(InvalidConfigurationPropertyValueException::getName)
                                        .isEqualTo(property)));
    }

    @Test
    void groupThatNobodyMayHaveNamesItsProperty() {
        runner.withPropertyValues("coordination.groups=" + "g".repeat(256))
                .run(context -> assertThat(context)
                        .getFailure()
                        .satisfies(
                                failure -> assertThat(cause(failure, InvalidConfigurationPropertyValueException.class))
                                        .extracting(InvalidConfigurationPropertyValueException::getName)
                                        .isEqualTo("coordination.groups")));
    }

    @Test
    void badUrlStopsTheStart() {
        fails("coordination.url=foo://x", UnknownSchemeException.class);
        fails("coordination.url=memory://x?tiemout=3", BadOptionException.class);
        fails("coordination.url=no-scheme", BadOptionException.class);
        fails("coordination.require=distributed-across-hosts", UnmetDemandException.class);
        fails("coordination.require-token-durability=durable", UnmetDemandException.class);
    }

    @Test
    void demandThatIsMetIsFine() {
        runner.withPropertyValues(
                        "coordination.require=fencing,NOTIFIES", "coordination.require-token-durability=volatile")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void memberThatIsThereAlreadyStopsTheStart() {
        store.member("same").group("g").join();
        runner.withPropertyValues("coordination.member-id=same", "coordination.groups=g")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void missingUrlIsSaidOnce(CapturedOutput output) {
        bare.withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.url(store.url()))
                .run(context -> assertThat(
                                output.getOut().lines().filter(line -> line.contains("coordination.url is not set")))
                        .singleElement()
                        .asString()
                        .contains("INFO", "ipc://", "set coordination.url"));
    }

    @Test
    void missingUrlIsAWarningInTheCloud(CapturedOutput output) {
        bare.withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.url(store.url()))
                .withPropertyValues("spring.main.cloud-platform=kubernetes")
                .run(context -> assertThat(
                                output.getOut().lines().filter(line -> line.contains("coordination.url is not set")))
                        .singleElement()
                        .asString()
                        .contains("WARN", "KUBERNETES", "own host only"));
    }

    @Test
    void withoutUrlTheProcessesOfThisHostMeet() {
        var group = "test-" + UUID.randomUUID();
        var withoutUrl = bare.withPropertyValues("coordination.groups=" + group);
        withoutUrl.run(one -> withoutUrl.run(two -> {
            assertThat(one.getBean(Coordinator.class).url()).startsWith("ipc://");
            assertThat(one.getBean(Coordinator.class).group(group).members())
                    .extracting(Member::id)
                    .containsExactlyInAnyOrder(
                            one.getBean(Coordinator.class).memberId(),
                            two.getBean(Coordinator.class).memberId());
        }));
        try (var cleaner = Coordinator.open("ipc://")) {
            cleaner.group(group).delete();
        }
    }

    @Test
    void severalCoordinatorsLeaveMembershipToTheApplication() {
        runner.withBean("one", Coordinator.class, () -> store.member("one"))
                .withBean("two", Coordinator.class, () -> store.member("two"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MembershipLifecycle.class));
    }

    @Test
    void coordinatorIsNotCreatedBeforeItsTime(CapturedOutput output) {
        runner.withUserConfiguration(Guarded.class)
                .run(context -> assertThat(output).doesNotContain("is not eligible for getting processed"));
    }

    @Test
    void beansOfTheLibraryAreInternal() {
        runner.run(context -> assertThat(context.getSourceApplicationContext()
                        .getBeanFactory()
                        .getBeanDefinition("coordinationLeaderCalls")
                        .getRole())
                .isEqualTo(RootBeanDefinition.ROLE_INFRASTRUCTURE));
    }

    private void fails(String property, Class<? extends Throwable> with) {
        runner.withPropertyValues(property)
                .run(context -> assertThat(context)
                        .getFailure()
                        .satisfies(failure -> assertThat(cause(failure, with)).isNotNull()));
    }

    private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        throw new AssertionError("no " + type, failure);
    }
}
