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

import io.coordination.CoordinationException;
import org.jspecify.annotations.Nullable;

/** An annotation that guards a method makes no sense there. The message names the method, the problem and the mend. */
public final class BadGuardException extends CoordinationException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with its message.
     *
     * @param message which method, what is wrong, and what mends it
     * @param cause what caused it, if anything
     */
    public BadGuardException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
