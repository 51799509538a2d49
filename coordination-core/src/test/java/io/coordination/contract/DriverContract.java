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
package io.coordination.contract;

import org.junit.jupiter.api.Nested;

/** All contracts at once, for a driver's test class: it hands over a store and inherits the rest. */
public abstract class DriverContract {

    /** A store of the driver under test, empty at first. */
    protected abstract Backend backend() throws Exception;

    @Nested
    class Locks extends LockContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Firings extends FiringContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Elections extends ElectionContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Groups extends GroupContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Sessions extends SessionContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Faults extends FaultContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Trips extends TripContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }

    @Nested
    class Endurance extends EnduranceContract {
        @Override
        protected Backend backend() throws Exception {
            return DriverContract.this.backend();
        }
    }
}
