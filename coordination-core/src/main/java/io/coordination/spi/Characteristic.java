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

/**
 * A promise that a store makes. The first ten have the names and meanings of {@code tooz.coordination.Characteristics}; the
 * others say what tooz has no word for. A coordinator can demand promises when it is opened.
 */
public enum Characteristic {
    /** Holds do not end because time passed; they end when their process does. */
    NON_TIMEOUT_BASED,
    /** Works between threads and coordinators of one process. */
    DISTRIBUTED_ACROSS_THREADS,
    /** Works between processes of one host. */
    DISTRIBUTED_ACROSS_PROCESSES,
    /** Works between hosts. */
    DISTRIBUTED_ACROSS_HOSTS,
    /** Every read sees the last completed write. */
    LINEARIZABLE,
    /** All see the writes in one order, which each writer's own order is part of. */
    SEQUENTIAL,
    /** Causally related writes are seen in their order. */
    CAUSAL,
    /** Operations take effect as if one after the other. */
    SERIALIZABLE,
    /** A partition does not make two members see different states. */
    SAME_VIEW_UNDER_PARTITIONS,
    /** All clients see the same state at the same time. */
    SAME_VIEW_ACROSS_CLIENTS,
    /** Every grant carries a token greater than all earlier ones of its name. */
    FENCING,
    /** Waiters and watchers are told of changes; nothing is polled. */
    NOTIFIES,
    /** Waiting claims of different processes are granted in the order in which they came. */
    FAIR
}
