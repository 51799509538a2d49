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

import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.spi.Names;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Who this instance is, on which kind of store, how it stands with it, and which groups it joined and leads. Does not ask the
 * store, and does not name its hosts: what {@code /actuator/info} shows is often public.
 */
public final class CoordinationInfoContributor implements InfoContributor {

    private final Coordinator coordinator;

    /**
     * A contributor.
     *
     * @param coordinator what it tells of
     */
    public CoordinationInfoContributor(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public void contribute(Info.Builder builder) {
        var details = new LinkedHashMap<String, Object>();
        details.put("member", Names.printable(coordinator.memberId()));
        details.put("store", CoordinatorDetails.driver(coordinator));
        details.put("scope", CoordinatorDetails.scope(coordinator));
        details.put("state", coordinator.state());
        details.put(
                "groups", printable(coordinator.joinedGroups().stream().sorted().toList()));
        details.put(
                "leads",
                printable(coordinator.elections().stream()
                        .filter(Election::isLeader)
                        .map(Election::group)
                        .toList()));
        builder.withDetail("coordination", details);
    }

    private static List<String> printable(List<String> names) {
        return names.stream().map(Names::printable).toList();
    }
}
