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
package io.coordination.spring.shedlock;

import io.coordination.contract.LocalServer;
import io.coordination.driver.sql.PostgreSqlServer;
import java.util.UUID;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** The provider passes ShedLock's own tests. */
class LockProviderTests {

    @Nested
    class OnMemory extends LockProviderContract {

        private final String url = "memory://" + UUID.randomUUID();

        @Override
        String url() {
            return url;
        }
    }

    @Nested
    @Tag("slow")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnZooKeeper extends LockProviderContract {

        private TestingServer server;

        @BeforeAll
        void start() throws Exception {
            server = new TestingServer();
        }

        @AfterAll
        void stop() throws Exception {
            server.close();
        }

        @Override
        String url() {
            return "zookeeper://" + server.getConnectString();
        }
    }

    @Nested
    @Tag("slow")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnRedis extends LockProviderContract {

        private LocalServer server;

        @BeforeAll
        void start() {
            server = LocalServer.redis();
        }

        @AfterAll
        void stop() {
            if (server != null) {
                server.close();
            }
        }

        @Override
        String url() {
            return "redis://127.0.0.1:" + server.port();
        }
    }

    @Nested
    @Tag("slow")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnPostgreSql extends LockProviderContract {

        private PostgreSqlServer server;

        @BeforeAll
        void start() throws Exception {
            server = PostgreSqlServer.open();
        }

        @AfterAll
        void stop() {
            if (server != null) {
                server.close();
            }
        }

        @Override
        String url() {
            return server.url();
        }
    }
}
