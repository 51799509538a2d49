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

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens go on rising, whatever happens to a file or to the machine. */
class TokenTests {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path directory;

    private Stand stand;
    private Path lock;
    private Path floor;

    @BeforeEach
    void prepare() {
        stand = new Stand(directory.resolve("store"));
        lock = directory.resolve("store/coordination/locks/x");
        floor = directory.resolve("store/coordination/floor");
    }

    @AfterEach
    void closeSessions() {
        stand.close();
    }

    @Test
    void tokensOfANameAreCountedOneByOne() {
        var session = stand.open("a");
        for (var expected = 1; expected <= 2_500; expected++) {
            assertThat(Stand.token(session, "x")).isEqualTo(expected);
        }
    }

    @Test
    void tokensGoOnInTheNextProcess() {
        var first = stand.open("a");
        assertThat(Stand.token(first, "x")).isEqualTo(1);
        first.close();
        assertThat(Stand.token(stand.open("b"), "x")).isEqualTo(2);
    }

    @Test
    void crashOfTheMachineThatLosesAllThatWasNotSyncedDoesNotTurnTokensBack() throws IOException {
        var session = stand.open("a", 1, HOUR);
        var last = Stand.token(session, "x");
        var synced = Files.readAllBytes(floor);
        for (var i = 0; i < 5_000; i++) {
            last = Stand.token(session, "x");
        }
        session.close();

        // On the disk is only what was synced: the floor as it was with the first token, its exact half damaged.
        Arrays.fill(synced, 1024, synced.length, (byte) 7);
        Files.write(floor, synced);
        Files.delete(lock);

        assertThat(Stand.token(stand.open("b", 2, HOUR), "x")).isGreaterThan(last);
    }

    @Test
    void recordThatSurvivedACrashOfTheMachineInAnOldStateDoesNotTurnTokensBack() throws IOException {
        var session = stand.open("a", 1, HOUR);
        Stand.token(session, "x");
        var old = Files.readAllBytes(lock);
        var last = 0L;
        for (var i = 0; i < 5_000; i++) {
            last = Stand.token(session, "x");
        }
        session.close();
        Files.write(lock, old);

        assertThat(Stand.token(stand.open("b", 2, HOUR), "x")).isGreaterThan(last);
    }

    @Test
    void oldStatesOfBothFilesDoNotTurnTokensBackAsLongAsTheFloorWasSynced() throws IOException {
        var session = stand.open("a", 1, HOUR);
        Stand.token(session, "x");
        var oldFloor = Files.readAllBytes(floor);
        var oldLock = Files.readAllBytes(lock);
        var last = 0L;
        for (var i = 0; i < 3_000; i++) {
            last = Stand.token(session, "x");
        }
        session.close();
        Files.write(floor, oldFloor);
        Files.write(lock, oldLock);

        var next = Stand.token(stand.open("b", 2, HOUR), "x");
        assertThat(next).isGreaterThan(last);
        assertThat(Stand.token(stand.open("c", 3, HOUR), "x")).isGreaterThan(next);
    }

    @Test
    void removedFileDoesNotTurnTokensBack() throws IOException {
        var session = stand.open("a");
        var last = Stand.token(session, "x");
        session.close();
        Files.delete(lock);
        assertThat(Stand.token(stand.open("b"), "x")).isGreaterThan(last);
    }

    @Test
    void idleFileIsRemovedAndTokensGoOn() throws IOException {
        var session = stand.open("a");
        var last = Stand.token(session, "x");
        makeOld(lock);

        var second = stand.open("b");

        assertThat(lock).doesNotExist();
        // The first one still has the removed file open.
        var next = Stand.token(session, "x");
        assertThat(next).isGreaterThan(last);
        assertThat(Stand.token(second, "x")).isGreaterThan(next);
        assertThat(lock).exists();
    }

    @Test
    void removalThatWasCutOffByAKillIsFinishedByTheNextOne() throws IOException {
        var last = Stand.token(stand.open("a"), "x");
        makeOld(lock);
        var link = Files.createLink(directory.resolve("link"), lock);
        stand.open("sweeper");
        assertThat(lock).doesNotExist();
        // Marked as removed, and yet there.
        Files.move(link, lock);

        var session = stand.open("b");

        assertThat(Stand.token(session, "x")).isGreaterThan(last);
        assertThat(Stand.token(session, "x")).isGreaterThan(last + 1);
    }

    @Test
    void fileOfALockThatIsHeldIsNeverRemoved() throws IOException {
        var session = stand.open("a");
        var claim = session.claim(Key.lock("x"), Mode.EXCLUSIVE, Stand.newClaim());
        makeOld(lock);

        var second = stand.open("b");

        assertThat(lock).exists();
        assertThat(second.claim(Key.lock("x"), Mode.EXCLUSIVE, Stand.newClaim()).held())
                .isFalse();
        session.renew();
        assertThat(stand.losses).isEmpty();
        assertThat(claim.release()).isTrue();
    }

    @Test
    void lookingAtALockThatNobodyUsesLeavesNoFile() {
        var session = stand.open("a");
        assertThat(session.holders(Key.lock("x"))).isEmpty();
        assertThat(lock).doesNotExist();
    }

    @Test
    void sweepsComeAgainAndAgain() throws IOException {
        var session = stand.open("a", 1, Duration.ofNanos(1));
        Stand.token(session, "x");
        makeOld(lock);
        session.renew();
        assertThat(lock).doesNotExist();
    }

    private static void makeOld(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    }
}
