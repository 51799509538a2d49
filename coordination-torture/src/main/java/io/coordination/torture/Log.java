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

import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** One process's part of the history. A line is in the file when its call returns, so that {@code kill -9} loses none. */
final class Log implements AutoCloseable {

    private final String process;
    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong ops = new AtomicLong();

    Log(String process, Path file) throws IOException {
        this.process = process;
        this.out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    long nextOp() {
        return ops.incrementAndGet();
    }

    void add(long op, What what, Type type, String on, long token, Object value) {
        add(op, what, type, System.nanoTime(), on, token, value);
    }

    /** Of something that was seen at an earlier time. */
    void add(long op, What what, Type type, long at, String on, long token, Object value) {
        var line = new Event(process, op, what, type, at, on, token, String.valueOf(value)).line() + "\n";
        lock.lock();
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
