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
package io.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The store granted a lock with a fencing token that is not greater than one it gave for this name before: it lost what it knew, or
 * came back from an older copy. The lock was given back, as whatever is protected by tokens would take this holder for a late one.
 */
public final class TokenRegressionException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with its message.
     *
     * @param message what was tried, what happened, and what mends it
     * @param cause what caused it, if anything
     */
    public TokenRegressionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
