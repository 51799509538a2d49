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

import io.coordination.contract.FaultProxy;
import io.coordination.contract.LocalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Redis, which writes to its disk before it answers. */
final class RedisStore extends ServerStore.Plain {

    RedisStore() throws IOException {
        super(LocalServer.redis(
                "--dir",
                Files.createTempDirectory("redis").toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                "always"));
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return "redis://127.0.0.1:" + lines.get(0).port();
    }

    @Override
    public Duration lease() {
        return Store.seconds(3);
    }
}
