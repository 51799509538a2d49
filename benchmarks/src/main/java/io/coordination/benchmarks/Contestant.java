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
package io.coordination.benchmarks;

/** One way to take locks, with one client for all threads of the process. */
interface Contestant extends AutoCloseable {

    /** What gives the lock back. */
    @FunctionalInterface
    interface Held {
        void release() throws Exception;
    }

    /** Waits for the lock of the name. */
    Held take(String lock) throws Exception;

    @Override
    void close();

    /** A contestant that is made of its two parts. */
    static Contestant of(Taking taking, Runnable closing) {
        return new Contestant() {
            @Override
            public Held take(String lock) throws Exception {
                return taking.take(lock);
            }

            @Override
            public void close() {
                closing.run();
            }
        };
    }

    /** How a contestant takes a lock. */
    @FunctionalInterface
    interface Taking {
        Held take(String lock) throws Exception;
    }
}
