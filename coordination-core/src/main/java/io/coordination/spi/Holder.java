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
package io.coordination.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who holds a lock or a leadership, as the store tells it.
 *
 * @param member the id of the holding member
 * @param mode how it is held
 * @param token the fencing token of the grant, 0 where the store tells it to the holder only
 * @param since when it was granted by the store's clock, null where the store does not know
 */
public record Holder(
        String member, Mode mode, long token, @Nullable Instant since) {}
