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
package io.coordination.spring.annotation;

/** What a call of a locked method does when the store failed. */
public enum OnStoreFailure {
    /** What the application's properties say. */
    DEFAULT,
    /** Throws what the store answered, an exception of the {@link io.coordination.CoordinationException} family. */
    FAIL,
    /** Returns at once: null, or an empty {@code Optional}. Not for methods that return a primitive. */
    SKIP,
    /** Runs without the lock. Others may run at the same time: only for what may be done twice. */
    RUN
}
