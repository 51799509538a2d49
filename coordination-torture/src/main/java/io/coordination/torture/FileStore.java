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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory. What a process holds there ends with the process. */
final class FileStore extends HostStore {

    private final Path directory = Files.createTempDirectory("coordination");
    private final boolean ownDisk;

    /** Where that can be done, on a small disk of its own. */
    FileStore() throws IOException {
        ownDisk = "root".equals(System.getProperty("user.name"))
                && succeeds("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "coordination", directory.toString());
    }

    private static boolean succeeds(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public String url(List<FaultProxy> lines) {
        return "file://" + directory;
    }

    @Override
    public List<Fault> faults() {
        return ownDisk ? List.of(Fault.ofServer("disk-full", this::fillDisk)) : List.of();
    }

    private void fillDisk(long lease) throws IOException, InterruptedException {
        var filler = directory.resolve("filler");
        try (var out = Files.newOutputStream(filler)) {
            for (var some = new byte[4096]; ; ) {
                out.write(some);
            }
        } catch (IOException full) {
            Thread.sleep(lease);
        } finally {
            Files.delete(filler);
        }
    }

    @Override
    public void close() {
        Directories.clear(directory);
        try {
            if (ownDisk) {
                succeeds("umount", directory.toString());
            }
            Files.deleteIfExists(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
