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
package io.coordination.sim;

/** What the members of a world do. */
enum Mix {
    LOCKS(true, false, false, false),
    MODES(true, true, false, false),
    ELECTIONS(false, false, true, false),
    GROUPS(false, false, false, true),
    EVERYTHING(true, true, true, true);

    final boolean locks;
    final boolean modes;
    final boolean elections;
    final boolean groups;

    Mix(boolean locks, boolean modes, boolean elections, boolean groups) {
        this.locks = locks;
        this.modes = modes;
        this.elections = elections;
        this.groups = groups;
    }
}
