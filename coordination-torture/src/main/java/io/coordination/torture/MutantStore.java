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
import io.coordination.torture.MutantDriver.Bug;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Redis as it would be with a bug in its driver. */
final class MutantStore implements Store {

    private final RedisStore redis = new RedisStore();
    private final Bug bug;

    MutantStore(Bug bug) throws IOException {
        this.bug = bug;
    }

    @Override
    public String name() {
        return bug.scheme();
    }

    @Override
    public List<FaultProxy> lines() throws IOException {
        return redis.lines();
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return bug.scheme() + redis.url(lines).substring("redis".length());
    }

    @Override
    public Duration lease() {
        return redis.lease();
    }

    @Override
    public List<Fault> faults() {
        return List.of();
    }

    @Override
    public void close() {
        redis.close();
    }
}
