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
package io.coordination.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed. A trace shows the wait for a lock beside the work that it guards, both under the span of the caller. Names
 * and tokens are keys of high cardinality: they are in traces, and never tags of meters.
 */
public enum CoordinationObservationDocumentation implements ObservationDocumentation {

    /** Somebody asks for a lock, from the call until it is held or not. */
    ACQUIRE {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultAcquireObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return AcquireKeys.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return GrantKeys.values();
        }
    },

    /** A guarded method works: until it returns, or until the stage or publisher that it returned is complete. */
    GUARDED_WORK {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultGuardedWorkObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return GuardedWorkKeys.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return GrantKeys.values();
        }
    };

    /** Keys of low cardinality of {@link #ACQUIRE}. */
    public enum AcquireKeys implements KeyName {

        /** Beside whom the lock was to be held: {@code exclusive}, {@code shared} or {@code permit}. */
        MODE {
            @Override
            public String asString() {
                return "mode";
            }
        },

        /** How it ended: {@code acquired}, {@code contended} or {@code failed}. */
        OUTCOME {
            @Override
            public String asString() {
                return "outcome";
            }
        },

        /** The simple name of the exception, or {@code none}. */
        EXCEPTION {
            @Override
            public String asString() {
                return "exception";
            }
        }
    }

    /** Keys of low cardinality of {@link #GUARDED_WORK}. */
    public enum GuardedWorkKeys implements KeyName {

        /** What guards it: {@code lock} or {@code leader}. */
        GUARD {
            @Override
            public String asString() {
                return "guard";
            }
        },

        /** The class of the method. */
        CODE_NAMESPACE {
            @Override
            public String asString() {
                return "code.namespace";
            }
        },

        /** The name of the method. */
        CODE_FUNCTION {
            @Override
            public String asString() {
                return "code.function";
            }
        },

        /** How it ended: {@code done}, {@code failed}, or {@code lost} when the lease was lost meanwhile. */
        OUTCOME {
            @Override
            public String asString() {
                return "outcome";
            }
        },

        /** The simple name of the exception, or {@code none}. */
        EXCEPTION {
            @Override
            public String asString() {
                return "exception";
            }
        }
    }

    /** Keys of high cardinality. */
    public enum GrantKeys implements KeyName {

        /** The name of the lock, or of the group whose leader runs the method. */
        NAME {
            @Override
            public String asString() {
                return "coordination.name";
            }
        },

        /** The fencing token; {@code none} when nothing was granted. */
        TOKEN {
            @Override
            public String asString() {
                return "coordination.token";
            }
        }
    }
}
