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
package io.coordination.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the Boot module may know. */
class ArchitectureTests {

    private static final JavaClasses BOOT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.coordination.spring");

    @Test
    void findsDriversByTheirSchemeButForASharedClient() {
        holds(noClasses()
                .that()
                .haveNameNotMatching(".*\\.Coordination(Jdbc|Redis|ZooKeeper)AutoConfiguration(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.coordination.driver.."));
    }

    @Test
    void leavesJsonToTheApplication() {
        holds(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson.."));
    }

    @Test
    void noMethodIsSynchronized() {
        holds(noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(BOOT.stream().map(JavaClass::getPackage).distinct())
                .allSatisfy(found -> assertThat(found.isAnnotatedWith(NullMarked.class))
                        .as(found.getName())
                        .isTrue());
    }

    private static void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(BOOT);
    }
}
