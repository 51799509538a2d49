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
package io.coordination.torture;

import java.util.List;

/** The promises, each a function of what happened. */
enum Check {
    FENCED_EXCLUSION(FencedExclusion::violations),
    TOKEN_ORDER(TokenOrder::violations),
    ONE_BELIEVER(OneBeliever::violations),
    LOCK_ORDER(LockOrder::violations),
    PROGRESS(Progress::violations),
    MEMBERSHIP(Membership::violations),
    WATCHES(Watches::violations),
    OWNERSHIP(Ownership::violations),
    CALLBACKS(Callbacks::violations),
    REMAINS(Remains::violations),
    CALM(Calm::violations);

    private final Function function;

    /** What breaks the promise, in people's words. */
    interface Function {

        List<String> violations(History history, Promises promises);
    }

    Check(Function function) {
        this.function = function;
    }

    List<String> violations(History history, Promises promises) {
        return function.violations(history, promises);
    }
}
