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

import java.util.Collection;

/** Beside whom a claim may be held. */
public sealed interface Mode {

    /** The one exclusive mode. */
    Mode EXCLUSIVE = new Exclusive();

    /** The one shared mode. */
    Mode SHARED = new Shared();

    /**
     * Whether a claim of this mode may be held beside claims of these modes.
     *
     * @param others the modes held, or ahead in line
     * @return whether it may
     */
    boolean admittedBeside(Collection<Mode> others);

    /** Held alone. */
    record Exclusive() implements Mode {

        @Override
        public boolean admittedBeside(Collection<Mode> others) {
            return others.isEmpty();
        }

        @Override
        public String toString() {
            return "EXCLUSIVE";
        }
    }

    /** Held beside other shared claims: the read side of a read-write lock. */
    record Shared() implements Mode {

        @Override
        public boolean admittedBeside(Collection<Mode> others) {
            for (var other : others) {
                if (!(other instanceof Shared)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return "SHARED";
        }
    }

    /**
     * One of a number of permits: a semaphore. Where claims of one name ask for different numbers, each is admitted while
     * fewer permits than its own number are held.
     *
     * @param of how many may hold at a time, at least 1
     */
    record Permit(int of) implements Mode {

        /**
         * Checks the number.
         *
         * @param of how many may hold at a time, at least 1
         */
        public Permit {
            if (of < 1) {
                throw new StoreException(StoreException.Reason.BAD_OPTION, "permits must be at least 1, but is " + of);
            }
        }

        @Override
        public boolean admittedBeside(Collection<Mode> others) {
            if (others.size() >= of) {
                return false;
            }
            for (var other : others) {
                if (!(other instanceof Permit)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return "PERMIT(" + of + ")";
        }
    }
}
