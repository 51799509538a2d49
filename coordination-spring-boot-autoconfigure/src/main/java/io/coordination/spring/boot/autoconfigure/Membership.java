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

import io.coordination.CoordinationException;
import io.coordination.spi.Names;
import io.coordination.spi.StoreException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * As what this application takes part in which groups.
 *
 * @param groups the groups to join
 * @param capabilities what the others shall know of this member
 * @param campaign whether to stand in elections
 */
record Membership(List<String> groups, Map<String, Object> capabilities, boolean campaign) {

    private static final String WEIGHT = "weight";
    private static final int LONGEST_PART = 50;

    static Membership of(CoordinationProperties properties, Environment environment) {
        var groups = properties.getGroups();
        if (groups == null) {
            groups = List.of(applicationName(environment));
        }
        groups.forEach(group -> check("coordination.groups", group, name -> Names.check("group", name)));
        return new Membership(
                groups.stream().distinct().toList(),
                capabilities(properties.getCapabilities()),
                properties.getLeader().isCampaign());
    }

    /** A name that tells people which process of which application it is, and that no other has. */
    static String memberId(Environment environment) {
        var random = new SecureRandom().nextInt(0x10000);
        return shortened(applicationName(environment)) + "@" + shortened(plain(hostName())) + ":"
                + ProcessHandle.current().pid() + "-" + String.format("%04x", random);
    }

    /** Hands a setting over, and turns its refusal into one that names the property. */
    static <T> void check(String property, @Nullable T value, Consumer<T> setting) {
        if (value == null) {
            return;
        }
        try {
            setting.accept(value);
        } catch (CoordinationException | StoreException refused) {
            // Without the cause, whose own analysis would not know the property.
            throw new InvalidConfigurationPropertyValueException(property, value, refused.getMessage());
        }
    }

    private static Map<String, Object> capabilities(Map<String, Object> configured) {
        var capabilities = new LinkedHashMap<>(configured);
        // Property files know texts only, but shares are counted.
        if (capabilities.get(WEIGHT) instanceof String weight) {
            try {
                capabilities.put(WEIGHT, Long.valueOf(weight.strip()));
            } catch (NumberFormatException notWhole) {
                throw new InvalidConfigurationPropertyValueException(
                        "coordination.capabilities.weight", weight, "The weight must be a whole number");
            }
        }
        return capabilities;
    }

    private static String applicationName(Environment environment) {
        var name = plain(environment.getProperty("spring.application.name", ""));
        return name.isBlank() ? "application" : name;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    private static String plain(String text) {
        return text.strip().replaceAll("[\\p{Cntrl}\\p{Cs}]", "-");
    }

    private static String shortened(String text) {
        return text.codePoints()
                .limit(LONGEST_PART)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
