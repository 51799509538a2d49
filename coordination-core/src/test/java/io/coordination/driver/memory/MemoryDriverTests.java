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
package io.coordination.driver.memory;

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.contract.Backend;
import io.coordination.contract.ElectionContract;
import io.coordination.contract.FaultContract;
import io.coordination.contract.GroupContract;
import io.coordination.contract.LockContract;
import io.coordination.contract.SeamLine;
import io.coordination.contract.SessionContract;
import io.coordination.contract.TripContract;
import java.util.UUID;
import org.junit.jupiter.api.Nested;

/** The store in memory passes the contract. */
class MemoryDriverTests {

    @Nested
    class Locks extends LockContract {
        @Override
        protected Backend backend() {
            return new MemoryBackend();
        }
    }

    @Nested
    class Elections extends ElectionContract {
        @Override
        protected Backend backend() {
            return new MemoryBackend();
        }
    }

    @Nested
    class Groups extends GroupContract {
        @Override
        protected Backend backend() {
            return new MemoryBackend();
        }
    }

    @Nested
    class Sessions extends SessionContract {
        @Override
        protected Backend backend() {
            return new MemoryBackend();
        }
    }

    @Nested
    class Faults extends FaultContract {
        @Override
        protected Backend backend() {
            return new MemoryBackend();
        }
    }

    @Nested
    class Trips extends TripContract {
        @Override
        protected Backend backend() {
            return new MemoryBackend();
        }
    }

    private static final class MemoryBackend implements Backend {

        private final SeamLine line = new SeamLine(new MemoryDriver());
        private final String url = "memory://" + UUID.randomUUID();

        @Override
        public CoordinatorBuilder member() {
            return Coordinator.builder().url(url).driver(line);
        }

        @Override
        public Line line() {
            return line;
        }

        @Override
        public void close() {}
    }
}
