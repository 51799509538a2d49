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
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** A worker's process as its faults see it: born anew when it was killed, always over the same lines. */
final class Member implements AutoCloseable {

    /** Where the lies about the time of day are told from, and the time that a worker is born with. */
    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    /** How the history tells of the end of a process that was killed. */
    static final String KILLED = "killed";

    /** So many that are born at a time do not starve one another, nor those that are alive. */
    private static final Semaphore BIRTHS = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private final String name;
    private final Setting setting;
    private final List<FaultProxy> lines;
    private final boolean wrongClock;
    private int life;
    private JavaProcess process;

    /**
     * What all members of a run have in common.
     *
     * @param store the store
     * @param judge the judge's port
     * @param directory where histories go
     * @param nemesis the history of faults
     * @param plan what is run
     */
    record Setting(Store store, int judge, Path directory, Log nemesis, Run.Plan plan) {}

    Member(String name, Setting setting, boolean wrongClock) throws IOException, InterruptedException {
        this.name = name;
        this.setting = setting;
        this.lines = setting.store().lines();
        this.wrongClock = wrongClock && Files.exists(FAKETIME);
        if (this.wrongClock) {
            setClock("+0");
        }
        process = bear();
    }

    /** Waits until it could work. */
    private JavaProcess bear() throws IOException, InterruptedException {
        BIRTHS.acquire();
        try {
            var born = start();
            awaitDone(born);
            return born;
        } finally {
            BIRTHS.release();
        }
    }

    private JavaProcess start() throws IOException {
        life++;
        var store = setting.store();
        var id = name + "." + life;
        var environment = wrongClock
                ? Map.of(
                        "LD_PRELOAD",
                        FAKETIME.toString(),
                        "FAKETIME_TIMESTAMP_FILE",
                        clock().toString(),
                        // Else timed waits do not wait at all.
                        "FAKETIME_FORCE_MONOTONIC_FIX",
                        "0",
                        "FAKETIME_NO_CACHE",
                        "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1")
                : Map.<String, String>of();
        return new JavaProcess(
                Worker.class,
                setting.directory().resolve(id + ".err"),
                environment,
                List.of(
                        id,
                        store.url(lines),
                        String.valueOf(store.lease().toMillis()),
                        String.valueOf(store.poll().toMillis()),
                        String.valueOf(setting.judge()),
                        setting.directory().resolve(id + ".jsonl").toString(),
                        String.valueOf(setting.plan().seed() * 31 + id.hashCode()),
                        String.valueOf(setting.plan().steady())));
    }

    private void awaitDone(JavaProcess told) {
        var said = told.said();
        if (!said.equals(Worker.DONE)) {
            throw new IllegalStateException(id() + " says " + said + "; see " + setting.directory());
        }
    }

    String id() {
        return name + "." + life;
    }

    List<FaultProxy> lines() {
        return lines;
    }

    boolean hasWrongClock() {
        return wrongClock;
    }

    private Path clock() {
        return setting.directory().resolve(name + ".clock");
    }

    /** Moves its time of day by what libfaketime understands. */
    void setClock(String offset) throws IOException {
        Files.writeString(clock(), offset + "\n");
    }

    void signal(String name) {
        process.signal(name);
    }

    /** {@code kill -9}; the history says when it was surely dead. */
    void kill() {
        process.kill();
        setting.nemesis().add(0, What.CLOSED, Type.OK, id(), 0, KILLED);
    }

    void bearAgain() throws IOException, InterruptedException {
        process = bear();
        for (var command : setting.plan().steady() ? List.of("work") : List.of("work", "stir")) {
            begin(command);
            awaitDone();
        }
    }

    void begin(String command) {
        process.tell(command);
    }

    void awaitDone() {
        awaitDone(process);
    }

    void end() {
        begin("end");
        awaitDone();
        process.awaitEnd();
    }

    @Override
    public void close() {
        process.close();
        var all = new ArrayList<>(lines);
        all.forEach(FaultProxy::restore);
        all.forEach(FaultProxy::close);
    }
}
