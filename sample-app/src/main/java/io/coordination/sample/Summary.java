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
package io.coordination.sample;

import java.time.Instant;

/**
 * What the leader writes.
 *
 * @param evaluators how many members there are
 * @param alarms how many alarms they share
 * @param critical how many critical alarms fire
 * @param warning how many warnings fire
 * @param notice how many notices fire
 * @param unknown for how many alarms there is nothing to read
 * @param writtenAt when it was written
 * @param writtenBy the leader
 */
record Summary(
        int evaluators,
        int alarms,
        int critical,
        int warning,
        int notice,
        int unknown,
        Instant writtenAt,
        String writtenBy) {}
