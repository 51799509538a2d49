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
package io.coordination.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.spi.Clock;
import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel frees all locks of a process on a file when the process closes that file anywhere: nobody may in a step. */
class RecordFilesTests {

    @TempDir
    Path directory;

    private final RecordFiles files = new RecordFiles(Clock.SYSTEM, Duration.ofMillis(200));
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private String url;
    private Path path;
    private PeerProcess outside;

    @BeforeEach
    void prepare() throws IOException {
        url = "file://" + directory.resolve("store") + "?busy-timeout=200ms";
        path = directory.resolve("store/coordination/locks/x");
        outside = PeerProcess.start(url, "outside");
    }

    @AfterEach
    void endAll() {
        leave.countDown();
        files.close();
        outside.close();
    }

    @Test
    void closingAFileWaitsForTheStepOfAnotherSession() throws Exception {
        var others = new RecordFiles(Clock.SYSTEM, Duration.ofMillis(200));
        others.locked(path, file -> true);
        var step = step();
        var closing = start(others::close);
        untilItWaits(closing);
        assertThat(outside.ask("try-lock-file " + path)).isEqualTo("busy");
        leave.countDown();
        step.join();
        closing.join();
        assertThat(outside.ask("try-lock-file " + path)).isEqualTo("free");
    }

    @Test
    void closingAFileWaitsForTheStepOfAnotherCopyOfTheLibrary() throws Exception {
        var copy = PeerCopy.open(url, "copy");
        copy.ask("claim x");
        var step = step();
        var closing = start(() -> copy.ask("close"));
        untilItWaits(closing);
        assertThat(outside.ask("try-lock-file " + path)).isEqualTo("busy");
        leave.countDown();
        step.join();
        closing.join();
        copy.close();
    }

    @Test
    void makingRoomForAnotherFileDoesNotCloseTheOneThatIsInUse() {
        files.locked(path, file -> {
            for (var i = 0; i < 200; i++) {
                files.locked(directory.resolve("other-" + i), other -> true);
            }
            assertThat(outside.ask("try-lock-file " + path)).isEqualTo("busy");
            return true;
        });
    }

    @Test
    void filesThatWereUsedLongAgoAreClosed() {
        for (var i = 0; i < 200; i++) {
            files.locked(directory.resolve("file-" + i), file -> true);
        }
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(this::leadsHere)).hasSize(64);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsOpenedOnceAllIsClosed() {
        files.close();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> files.locked(path, file -> true))
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.SESSION_LOST);
    }

    private boolean leadsHere(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(directory.toRealPath());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private Thread step() throws InterruptedException {
        var step = start(() -> files.locked(path, file -> {
            inside.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        }));
        inside.await();
        return step;
    }

    private static Thread start(Runnable task) {
        var thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void untilItWaits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TERMINATED) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
