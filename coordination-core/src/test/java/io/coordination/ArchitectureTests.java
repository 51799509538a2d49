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
package io.coordination;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.coordination.spi.Clock;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.Calendar;
import java.util.Date;
import java.util.Timer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and what no code of the core may use. */
class ArchitectureTests {

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.coordination");

    private static final String SPI = "io.coordination.spi..";
    private static final String DRIVERS = "io.coordination.driver..";
    private static final String SUPPORT = "io.coordination.driver.support..";
    private static final String FILE = "io.coordination.driver.file..";
    private static final String IPC = "io.coordination.driver.ipc..";
    private static final String[] JDK = {"java..", "javax.."};

    @Test
    void spiUsesOnlyTheJdkAndJspecify() {
        holds(classes()
                .that()
                .resideInAPackage(SPI)
                .should()
                .onlyDependOnClassesThat(are(resideInAnyPackage(JDK).or(resideInAnyPackage(SPI, "org.jspecify..")))));
    }

    @Test
    void apiUsesTheSpiAndNoDriver() {
        holds(classes()
                .that()
                .resideOutsideOfPackages(SPI, DRIVERS)
                .should()
                .onlyDependOnClassesThat(are(resideInAnyPackage(JDK)
                        .or(resideInAPackage("io.coordination..")
                                .and(resideInAPackage(DRIVERS).negate()))
                        .or(resideInAnyPackage("org.jspecify..", "org.slf4j.."))
                        .or(resideInAPackage("jdk.jfr..")))));
    }

    @Test
    void onlyOneClassKnowsTheFlightRecorderWhichARuntimeMayLack() {
        holds(noClasses()
                .that()
                .haveNameNotMatching("io\\.coordination\\.Flight(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.jfr.."));
    }

    @Test
    void driversDoNotKnowTheApi() {
        holds(classes()
                .that()
                .resideInAPackage(DRIVERS)
                .should()
                .onlyDependOnClassesThat(are(resideInAnyPackage(SPI, DRIVERS)
                        .or(resideInAPackage("io.coordination..").negate()))));
    }

    @Test
    void driversDoNotKnowEachOtherButIpcIsBuiltOnFile() {
        holds(slices().matching("io.coordination.driver.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAPackage(SUPPORT))
                .ignoreDependency(resideInAPackage(IPC), resideInAPackage(FILE)));
    }

    @Test
    void coreDoesNotKnowSpring() {
        holds(noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework.."));
    }

    @Test
    void nothingUsesJavaSerialization() {
        holds(noClasses()
                .should()
                .dependOnClassesThat(are(belongToAnyOf(
                        Serializable.class, Externalizable.class, ObjectInputStream.class, ObjectOutputStream.class))));
    }

    @Test
    void onlyTheSystemClockReadsTheTime() {
        holds(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Clock.SYSTEM.getClass().getName())
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat(are(belongToAnyOf(java.time.Clock.class))));
    }

    @Test
    void nothingUsesTheDatesBeforeJavaTime() {
        holds(noClasses().should().dependOnClassesThat(are(belongToAnyOf(Date.class, Calendar.class, Timer.class))));
    }

    @Test
    void noThreadSleeps() {
        holds(noClasses().should().callMethod(Thread.class, "sleep", long.class));
        holds(noClasses().should().callMethod(Thread.class, "sleep", long.class, int.class));
    }

    @Test
    void noMethodIsSynchronized() {
        holds(noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CORE.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found.isAnnotatedWith(NullMarked.class))
                        .as(found.getName())
                        .isTrue());
    }

    private static void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(CORE);
    }
}
