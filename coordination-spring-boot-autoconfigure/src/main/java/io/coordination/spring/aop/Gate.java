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

/** Lets the call of a guarded method in, or does not. */
interface Gate {

    /** Whether the call is inside of another one, which holds all that it needs. */
    boolean isInside();

    /** Asks to be let in. May block. */
    Entrance enter();

    /** Ends what the call held; says whether nobody else took it from us until now. May block. */
    boolean leave(GuardedCall call);

    /** What a gate says. */
    sealed interface Entrance {

        /** The method runs, and {@link Gate#leave} follows. */
        record In(GuardedCall call) implements Entrance {}

        /** The method does not run under this guard, and its call ends in this instead. */
        record Out(Body answer) implements Entrance {}
    }
}
