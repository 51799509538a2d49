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
/**
 * Coordination of the processes of an application: locks with fencing tokens, leader election, groups of members with
 * capabilities, and partitioning of work over them, on the store that {@link io.coordination.Coordinator#open(String) a URL}
 * names.
 *
 * <p>Everything here follows three rules. <b>Yes, no and unknown are three outcomes:</b> contention is an answer (an empty
 * {@link java.util.Optional}), a failure is a {@link io.coordination.CoordinationException}, and when nobody can know whether
 * a call took effect, its message says so. <b>A hold is believed by this machine's monotonic clock only</b>, counted from
 * before the request that granted or renewed it was sent, so that it ends here before the store gives it to somebody else.
 * <b>Handles own holds, threads do not:</b> any thread may release a {@link io.coordination.Lease}.
 */
@NullMarked
package io.coordination;

import org.jspecify.annotations.NullMarked;
