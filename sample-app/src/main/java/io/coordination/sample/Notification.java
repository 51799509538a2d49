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
import org.jspecify.annotations.Nullable;

/**
 * The last that was told about an alarm.
 *
 * @param alarm the alarm's id
 * @param open whether it fires still
 * @param value what was read when it began to fire
 * @param firedAt when it began to fire
 * @param firedBy the evaluator that told it
 * @param resolvedAt when it was over, null while it fires
 * @param resolvedBy the evaluator that told it was over
 * @param times how often it began to fire
 */
record Notification(
        String alarm,
        boolean open,
        String value,
        Instant firedAt,
        String firedBy,
        @Nullable Instant resolvedAt,
        @Nullable String resolvedBy,
        int times) {}
