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
import io.coordination.spi.Characteristic;

/** What operators want to know of a coordinator and what it does not say in one word. */
final class CoordinatorDetails {

    private CoordinatorDetails() {}

    static String driver(Coordinator coordinator) {
        var url = coordinator.url();
        var end = url.indexOf("://");
        return end < 0 ? url : url.substring(0, end);
    }

    /** How far coordination reaches: {@code CLUSTER}, {@code HOST} or {@code PROCESS}. */
    static String scope(Coordinator coordinator) {
        var promises = coordinator.characteristics();
        if (promises.contains(Characteristic.DISTRIBUTED_ACROSS_HOSTS)) {
            return "CLUSTER";
        }
        return promises.contains(Characteristic.DISTRIBUTED_ACROSS_PROCESSES) ? "HOST" : "PROCESS";
    }
}
