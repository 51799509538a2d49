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

/** A recipe that goes on over the loss of a session. Called on the keeper's threads; must not block. */
interface Follower {

    /** A new session stands: claim, join and watch again. */
    void opened(Tenure tenure);

    /** The session is over, and with it all that was claimed, joined and watched through it. */
    default void lost(Tenure tenure) {}
}
