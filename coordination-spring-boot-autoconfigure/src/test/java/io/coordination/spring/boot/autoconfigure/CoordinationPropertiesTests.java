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

import io.coordination.spi.Characteristic;
import io.coordination.spi.Driver;
import io.coordination.spi.TokenDurability;
import io.coordination.spring.boot.autoconfigure.CoordinationProperties.WhenRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;

/** The properties, and what editors know of them. */
class CoordinationPropertiesTests {

    @Test
    void everyPropertyIsBound() {
        var properties = new Binder(new MapConfigurationPropertySource(Map.ofEntries(
                        Map.entry("coordination.url", "memory://x"),
                        Map.entry("coordination.username", "user"),
                        Map.entry("coordination.password", "secret"),
                        Map.entry("coordination.member-id", "me"),
                        Map.entry("coordination.namespace", "ns"),
                        Map.entry("coordination.session-timeout", "3s"),
                        Map.entry("coordination.poll-interval", "7ms"),
                        Map.entry("coordination.groups", "a,b"),
                        Map.entry("coordination.capabilities.zone", "eu"),
                        Map.entry("coordination.require", "fencing,linearizable"),
                        Map.entry("coordination.require-token-durability", "failover-unsafe"),
                        Map.entry("coordination.ssl.enabled", "true"),
                        Map.entry("coordination.ssl.bundle", "client"),
                        Map.entry("coordination.lock.wait-time", "1s"),
                        Map.entry("coordination.lock.lease-time", "2m"),
                        Map.entry("coordination.lock.at-least", "3ms"),
                        Map.entry("coordination.lock.on-contention", "fail"),
                        Map.entry("coordination.lock.interrupt-on-loss", "false"),
                        Map.entry("coordination.leader.campaign", "false"),
                        Map.entry("coordination.leader.otherwise", "fail"),
                        Map.entry("coordination.leader.interrupt-on-loss", "false"))))
                .bind("coordination", CoordinationProperties.class)
                .get();
        assertThat(properties.getUrl()).isEqualTo("memory://x");
        assertThat(properties.getUsername()).isEqualTo("user");
        assertThat(properties.getPassword()).isEqualTo("secret");
        assertThat(properties.getMemberId()).isEqualTo("me");
        assertThat(properties.getNamespace()).isEqualTo("ns");
        assertThat(properties.getSessionTimeout()).hasSeconds(3);
        assertThat(properties.getPollInterval()).hasMillis(7);
        assertThat(properties.getGroups()).containsExactly("a", "b");
        assertThat(properties.getCapabilities()).containsExactly(Map.entry("zone", "eu"));
        assertThat(properties.getRequire()).containsExactly(Characteristic.FENCING, Characteristic.LINEARIZABLE);
        assertThat(properties.getRequireTokenDurability()).isEqualTo(TokenDurability.FAILOVER_UNSAFE);
        assertThat(properties.getSsl().isEnabled()).isTrue();
        assertThat(properties.getSsl().getBundle()).isEqualTo("client");
        assertThat(properties.getLock().getWaitTime()).hasSeconds(1);
        assertThat(properties.getLock().getLeaseTime()).isEqualTo(Duration.ofMinutes(2));
        assertThat(properties.getLock().getAtLeast()).hasMillis(3);
        assertThat(properties.getLock().getOnContention()).isEqualTo(WhenRefused.FAIL);
        assertThat(properties.getLock().isInterruptOnLoss()).isFalse();
        assertThat(properties.getLeader().isCampaign()).isFalse();
        assertThat(properties.getLeader().getOtherwise()).isEqualTo(WhenRefused.FAIL);
        assertThat(properties.getLeader().isInterruptOnLoss()).isFalse();
    }

    @Test
    void everyPropertyIsDescribed() throws IOException {
        assertThat(properties()).extracting(property -> property.get("name")).contains("coordination.enabled");
        assertThat(properties()).allSatisfy(property -> {
            assertThat(property.get("type")).as("type of " + property).isNotNull();
            assertThat((String) property.get("description"))
                    .as("description of " + property)
                    .isNotBlank()
                    .endsWith(".")
                    .doesNotMatch("^(The|A) .*");
        });
    }

    @Test
    void everyBoundPropertyIsInTheMetadata() throws IOException {
        assertThat(properties())
                .extracting(property -> property.get("name"))
                .contains(
                        "coordination.url",
                        "coordination.username",
                        "coordination.password",
                        "coordination.member-id",
                        "coordination.namespace",
                        "coordination.session-timeout",
                        "coordination.poll-interval",
                        "coordination.groups",
                        "coordination.capabilities",
                        "coordination.require",
                        "coordination.require-token-durability",
                        "coordination.ssl.enabled",
                        "coordination.ssl.bundle",
                        "coordination.lock.wait-time",
                        "coordination.lock.lease-time",
                        "coordination.lock.at-least",
                        "coordination.lock.on-contention",
                        "coordination.lock.interrupt-on-loss",
                        "coordination.leader.campaign",
                        "coordination.leader.otherwise",
                        "coordination.leader.interrupt-on-loss",
                        "management.endpoint.coordination.access",
                        "management.health.coordination.enabled");
    }

    @Test
    void everyPropertyIsInTheTableOfThePageAndNoOther() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "spring.md"));
        var section = page.substring(page.indexOf("## Properties"), page.indexOf("## Where the store is"));
        var table = new TreeSet<String>();
        for (var row : section.lines().filter(line -> line.startsWith("| `")).toList()) {
            // "`a.b`, `.c`" stands for a.b and a.c.
            var last = "";
            for (var part : row.split("\\|")[1].strip().split(", ")) {
                var name = part.replace("`", "").replace(".*", "");
                last = name.startsWith(".") ? last.substring(0, last.lastIndexOf('.')) + name : name;
                table.add(last);
            }
        }
        assertThat(table)
                .containsExactlyInAnyOrderElementsOf(properties().stream()
                        .map(property -> property.get("name").toString())
                        .toList());
    }

    @Test
    void urlHintsAreTheSchemesThatThereAreDriversFor() throws IOException {
        var schemes = new TreeSet<String>();
        ServiceLoader.load(Driver.class).forEach(driver -> schemes.addAll(driver.schemes()));
        // Needs an application, so no driver has it by itself.
        schemes.add("datasource");
        var hints = list("META-INF/additional-spring-configuration-metadata.json", "hints");
        assertThat(hints)
                .filteredOn(hint -> hint.get("name").equals("coordination.url"))
                .singleElement()
                .satisfies(hint -> assertThat(maps(hint.get("values")))
                        .extracting(value -> value.get("value").toString().replaceFirst(":.*", ""))
                        .containsExactlyInAnyOrderElementsOf(schemes));
    }

    private static List<Map<String, Object>> properties() throws IOException {
        return list("META-INF/spring-configuration-metadata.json", "properties").stream()
                .filter(property -> property.get("name").toString().contains("coordination"))
                .toList();
    }

    /** Of this module's metadata; every library on the class path may have such a file. */
    private static List<Map<String, Object>> list(String file, String part) throws IOException {
        for (var url :
                Collections.list(CoordinationProperties.class.getClassLoader().getResources(file))) {
            try (var in = url.openStream()) {
                var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (text.contains("\"coordination.")) {
                    return maps(JsonParserFactory.getJsonParser().parseMap(text).get(part));
                }
            }
        }
        throw new AssertionError("no " + file);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Object list) {
        return (List<Map<String, Object>>) list;
    }
}
