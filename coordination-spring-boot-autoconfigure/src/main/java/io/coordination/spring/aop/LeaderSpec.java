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
package io.coordination.spring.aop;

import io.coordination.spi.Names;
import io.coordination.spi.StoreException;
import io.coordination.spring.annotation.LeaderOnly;

/**
 * What a {@link LeaderOnly} means at a site.
 *
 * @param group the group whose leader may run the method
 * @param otherwise what a call answers on a member that does not lead
 * @param interruptOnLoss whether a loss interrupts the call
 */
record LeaderSpec(String group, Refusal otherwise, boolean interruptOnLoss) {

    static LeaderSpec of(LeaderOnly leader, Site site, Returns returns, LeaderDefaults defaults) {
        return new LeaderSpec(
                group(leader, site, defaults),
                Refusal.of(site, returns, "otherwise", leader.otherwise(), leader.fallback(), defaults.otherwise()),
                leader.interruptOnLoss() && defaults.interruptOnLoss());
    }

    private static String group(LeaderOnly leader, Site site, LeaderDefaults defaults) {
        if (leader.group().isEmpty()) {
            if (defaults.groups().size() != 1) {
                throw site.bad("it names no group, and the application joins "
                        + (defaults.groups().isEmpty() ? "none" : "several, " + String.join(", ", defaults.groups()))
                        + "; name the group");
            }
            return defaults.groups().get(0);
        }
        try {
            return Names.check("group", site.text("group", leader.group()));
        } catch (StoreException bad) {
            throw site.bad(String.valueOf(bad.getMessage()), bad);
        }
    }
}
