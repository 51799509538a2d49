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
import io.coordination.driver.file.RuntimeDirectory;
import java.util.List;

/** The store without a URL, under a name of its own. */
final class IpcStore extends HostStore {

    private final String space = "torture-" + ProcessHandle.current().pid();

    @Override
    public String name() {
        return "ipc";
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return "ipc://" + space;
    }

    @Override
    public void close() {
        Directories.delete(RuntimeDirectory.open().resolve(space));
    }
}
