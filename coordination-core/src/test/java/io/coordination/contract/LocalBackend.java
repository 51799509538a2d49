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

import io.coordination.Coordinator;
import io.coordination.CoordinatorBuilder;
import io.coordination.spi.Driver;
import java.util.Map;
import java.util.function.Supplier;

/** A store without a wire: the line is the seam. */
public final class LocalBackend implements Backend {

    private final SeamLine line;
    private final String url;
    private final Runnable cleanUp;
    private final Supplier<Map<String, Long>> traces;

    public LocalBackend(Driver driver, String url, Runnable cleanUp) {
        this(driver, url, cleanUp, Map::of);
    }

    public LocalBackend(Driver driver, String url, Runnable cleanUp, Supplier<Map<String, Long>> traces) {
        this.traces = traces;
        this.line = new SeamLine(driver);
        this.url = url;
        this.cleanUp = cleanUp;
    }

    @Override
    public CoordinatorBuilder member() {
        return Coordinator.builder().url(url).driver(line);
    }

    @Override
    public Line line() {
        return line;
    }

    @Override
    public Map<String, Long> traces() {
        return traces.get();
    }

    @Override
    public void close() {
        cleanUp.run();
    }
}
